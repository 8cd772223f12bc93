/** What was typed is no command, or not in a form that can be carried out. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
