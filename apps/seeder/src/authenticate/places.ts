import { Stint } from './stint.js';

/** How often it is looked whether somebody's time is over, while others wait. */
const LOOKS_EVERY_MS = 250;

/**
 * Places for work that goes on at the same time. While all are taken, who has one for the longest is asked to make room for
 * the next, after its time (see {@link Stint}).
 */
export class Places {
  private readonly stints = new Map<string, Stint>();
  private isClosed = false;
  private look: () => void = () => undefined;

  /** @param stintMs how long one has its place at the least */
  constructor(
    private readonly max: number,
    private readonly stintMs: number,
  ) {}

  /**
   * Waits for a place; to be called for one after the other.
   * @returns nothing for who has one already, and once the places are closed
   */
  async take(key: string): Promise<Stint | undefined> {
    await this.room();
    if (this.isClosed || this.stints.has(key)) return undefined;
    const stint = new Stint(this.stintMs);
    this.stints.set(key, stint);
    return stint;
  }

  get areAllFree(): boolean {
    return this.stints.size === 0;
  }

  /**
   * Sees to it that so many make room, of those who have had theirs for `leastMs` or longer, the longest first.
   * @returns how many do
   */
  giveUp(count: number, leastMs: number): number {
    const stints = [...this.stints.values()];
    // Who was asked before may have calls under way.
    const leaving = stints.filter(({ over }) => over.aborted);
    const others = stints.filter((stint) => !stint.over.aborted && stint.hasHad(leastMs));
    const asked = others.slice(0, Math.max(0, count - leaving.length));
    for (const stint of asked) stint.end();
    return leaving.length + asked.length;
  }

  free(key: string): void {
    this.stints.delete(key);
    this.look();
  }

  /** Nobody gets one from here on, nor waits for one, and who has one is to stop. */
  close(): void {
    this.isClosed = true;
    for (const stint of this.stints.values()) stint.end();
    this.look();
  }

  private async room(): Promise<void> {
    while (this.stints.size >= this.max && !this.isClosed) {
      const stints = [...this.stints.values()];
      // One place is wanted: who is asked for it may have calls under way.
      if (!stints.some(({ over }) => over.aborted)) stints.find(({ mayEnd }) => mayEnd)?.end();
      await this.nextLook();
    }
  }

  private async nextLook(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.look = resolve;
    const timer = setTimeout(resolve, LOOKS_EVERY_MS);
    await promise;
    clearTimeout(timer);
  }
}
