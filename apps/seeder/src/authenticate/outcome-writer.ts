import { type Lease, LeaseLostError, type NewOutcome, type RangeStore } from '@mts/store';

import { persist } from './persist.js';

interface Pending {
  readonly lease: Lease;
  readonly outcome: NewOutcome;
  readonly stored: () => void;
  readonly failed: (error: unknown) => void;
}

/** A statement with more rows gains nothing, and the rows of a crash would be more. */
const STORED_AT_ONCE_MAX = 200;

/**
 * Stores outcomes in groups, those of all ranges together: whatever has come while the last group was being stored is
 * the next group. Measured best of all group sizes, both in speed and in what is asked twice after a kill; and a
 * statement for each range would cost PostgreSQL half as much again.
 *
 * While the database is away they wait here, with the places of their calls: what IDA has answered is not asked again.
 */
export class OutcomeWriter {
  private pending: Pending[] = [];
  private storing = false;

  constructor(private readonly ranges: Pick<RangeStore, 'saveOutcomes'>) {}

  /** Resolves when the outcome is durably stored. @throws LeaseLostError */
  async store(lease: Lease, outcome: NewOutcome): Promise<void> {
    const stored = new Promise<void>((resolve, reject) => {
      this.pending.push({ lease, outcome, stored: resolve, failed: reject });
    });
    if (!this.storing) void this.drain();
    return stored;
  }

  private async drain(): Promise<void> {
    this.storing = true;
    while (this.pending.length > 0) {
      const group = this.pending.slice(0, STORED_AT_ONCE_MAX);
      this.pending = this.pending.slice(STORED_AT_ONCE_MAX);
      await this.storeGroup(group);
    }
    this.storing = false;
  }

  private async storeGroup(group: readonly Pending[]): Promise<void> {
    const rows = group.map(({ lease, outcome }) => ({ lease, outcome }));
    try {
      // Storing what was stored already changes nothing.
      const lost = await persist(async () => this.ranges.saveOutcomes(rows));
      for (const { lease, stored, failed } of group) {
        if (lost.has(lease)) failed(new LeaseLostError(lease));
        else stored();
      }
    } catch (error) {
      // One that cannot be stored is the trouble of its own range alone.
      const ranges = Map.groupBy(group, ({ lease }) => lease);
      if (ranges.size > 1) for (const ofOne of ranges.values()) await this.storeGroup(ofOne);
      else for (const { failed } of group) failed(error);
    }
  }
}
