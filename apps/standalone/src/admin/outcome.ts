/** How a command ends, for programs that call it: docs/guide/looking-after-it.md tells what each means. */
export const EXIT_CODES = {
  done: 0,
  failed: 1,
  'wrong-use': 2,
  'not-found': 3,
  'something-is-left': 4,
} as const;

/** A command that did not do what it was asked, in a sentence for whoever typed it. Nothing was changed. */
export class AdminError extends Error {
  override readonly name = 'AdminError';

  constructor(
    readonly code: 'failed' | 'wrong-use' | 'not-found',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
