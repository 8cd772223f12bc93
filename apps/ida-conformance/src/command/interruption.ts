/** Whoever was asked has ended the run instead of answering. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
}
