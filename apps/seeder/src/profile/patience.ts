/**
 * Whether this process still waits for what it finds out of a fault. Once it stops nobody waits any more, and nothing further
 * is looked into: that may take longer than a stop has, and those who go on find it out themselves, as they would after a kill.
 */
export class Patience {
  private readonly over = new AbortController();

  get isOver(): boolean {
    return this.over.signal.aborted;
  }

  /** Whoever waits goes on without. */
  end(): void {
    this.over.abort();
  }

  /** @returns undefined once it is over; then nothing is begun */
  async waitFor<T>(findOut: () => Promise<T>): Promise<T | undefined> {
    if (this.isOver) return undefined;
    const { promise: ended, resolve } = Promise.withResolvers<undefined>();
    const end = (): void => resolve(undefined);
    this.over.signal.addEventListener('abort', end);
    try {
      return await Promise.race([ended, findOut()]);
    } finally {
      this.over.signal.removeEventListener('abort', end);
    }
  }
}
