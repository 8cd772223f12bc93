import type { RecordAsker } from './record-asker.js';

/** The time that a list has its place for: a least, and one call at the least; after that others may have it. */
export class Stint {
  private readonly stop = new AbortController();
  private readonly beganAtMs = performance.now();
  private hasAsked = false;

  constructor(private readonly leastMs: number) {}

  /** Aborted when the list is to make room: calls under way end, and what is left of the range is handed back. */
  get over(): AbortSignal {
    return this.stop.signal;
  }

  /** Where calls are scarce a list may wait for its first one longer than its time. */
  get mayEnd(): boolean {
    return this.hasAsked && performance.now() - this.beganAtMs >= this.leastMs;
  }

  end(): void {
    this.stop.abort();
  }

  /** Asks by `asker`, and notes that it was asked. */
  follow(asker: Pick<RecordAsker, 'ask'>): Pick<RecordAsker, 'ask'> {
    return {
      ask: async (desk, record) => {
        this.hasAsked = true;
        return asker.ask(desk, record);
      },
    };
  }
}
