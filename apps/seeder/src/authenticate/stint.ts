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

  /** How long nobody else may have the place, in milliseconds. */
  get leftMs(): number {
    return Math.max(0, Math.ceil(this.leastMs - (performance.now() - this.beganAtMs)));
  }

  /** Where calls are scarce a list may wait for its first one longer than its time. */
  get mayEnd(): boolean {
    return this.hasHad(this.leastMs);
  }

  /** Whether it had its place for so long, and a call. */
  hasHad(ms: number): boolean {
    return this.hasAsked && performance.now() - this.beganAtMs >= ms;
  }

  end(): void {
    this.stop.abort();
  }

  /** A call was made for the list. */
  noteCall(): void {
    this.hasAsked = true;
  }

  /** Asks by `asker`, and notes that it was asked. */
  follow(asker: Pick<RecordAsker, 'ask'>): Pick<RecordAsker, 'ask'> {
    return {
      ask: async (desk, record) => {
        this.noteCall();
        return asker.ask(desk, record);
      },
    };
  }
}
