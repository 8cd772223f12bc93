/** What is wrong with how the command was called, as one sentence without any value that could be secret or personal. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
