/** So long after a call that said nothing about anybody it is taken for the sign of something that others may meet too. */
export const CALM_MS = 5_000;

/**
 * Whether IDA is calm, as far as this process can see: no call of it went silent, or was answered with garbage, of late.
 * Only then are those asked again of whom no answer is known, for a second silence ends them.
 */
export class Calm {
  private count = 0;
  private lastAtMs = -Infinity;

  /** @param calmMs how long after a silence it is calm again, in milliseconds */
  constructor(private readonly calmMs = CALM_MS) {}

  get isCalm(): boolean {
    return performance.now() - this.lastAtMs >= this.calmMs;
  }

  /** How many calls have gone silent so far. */
  get silences(): number {
    return this.count;
  }

  /** A call went silent. @returns {@link silences} with it */
  silent(): number {
    this.lastAtMs = performance.now();
    this.count += 1;
    return this.count;
  }
}
