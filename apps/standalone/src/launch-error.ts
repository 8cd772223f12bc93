/** What keeps the launcher from its work, in a sentence for whoever has typed `npm start`; no defect of ours. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';
}
