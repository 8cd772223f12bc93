import type { Lease, NewOutcome, RangeStore } from '@mts/store';

interface Pending {
  readonly outcomes: readonly NewOutcome[];
  readonly stored: () => void;
  readonly failed: (error: unknown) => void;
}

/** A statement with more rows gains nothing, and the rows of a crash would be more. */
const STORED_AT_ONCE_MAX = 200;

/**
 * Stores outcomes of one range in groups: whatever has come while the last group was being stored is the next group.
 * Measured best of all group sizes, both in speed and in what is asked twice after a kill.
 */
export class OutcomeWriter {
  private pending: Pending[] = [];
  private storing = false;

  constructor(
    private readonly ranges: RangeStore,
    private readonly lease: Lease,
  ) {}

  /** Resolves when the outcomes are durably stored. @throws LeaseLostError */
  async store(outcomes: readonly NewOutcome[]): Promise<void> {
    const stored = new Promise<void>((resolve, reject) => {
      this.pending.push({ outcomes, stored: resolve, failed: reject });
    });
    if (!this.storing) void this.drain();
    return stored;
  }

  private async drain(): Promise<void> {
    this.storing = true;
    while (this.pending.length > 0) {
      const group = this.pending.slice(0, STORED_AT_ONCE_MAX);
      this.pending = this.pending.slice(STORED_AT_ONCE_MAX);
      try {
        await this.ranges.saveOutcomes(
          this.lease,
          group.flatMap((one) => one.outcomes),
        );
        for (const one of group) one.stored();
      } catch (error) {
        for (const one of group) one.failed(error);
      }
    }
    this.storing = false;
  }
}
