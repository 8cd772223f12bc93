/**
 * How long an app may take to end, whatever is silent. It is to be gone within 20 s, also where a busy machine lets it know
 * of the signal a second late; our launcher kills after 25 s, and Kubernetes after 30 s unless told otherwise.
 */
export const STOP_LIMIT_MS = 17_800;

/** The end of an app in steps, none of which can keep the later ones from happening. */
export class Ending {
  private readonly beganAtMs = performance.now();
  private readonly begun = new Set<string>();

  /** The steps that were begun and have not ended. */
  get stillOpen(): readonly string[] {
    return [...this.begun];
  }

  /** How much is left of so long a time since the end began; 0 when nothing is. */
  leftMs(untilMs: number): number {
    return Math.max(0, this.beganAtMs + untilMs - performance.now());
  }

  /**
   * Carries a step out, and waits for it until so long after the end began.
   * @throws what the step throws meanwhile
   */
  async step(what: string, untilMs: number, work: () => Promise<unknown>): Promise<void> {
    this.begun.add(what);
    const done = work().then(() => this.begun.delete(what));
    // Of what was given up nobody hears any more.
    done.catch(() => undefined);
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.leftMs(untilMs));
    try {
      await Promise.race([done, over]);
    } finally {
      clearTimeout(timer);
    }
  }
}
