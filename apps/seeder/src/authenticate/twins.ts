import {
  endOfTwins,
  FIRST_TWIN_AFTER,
  type Lease,
  LeaseLostError,
  type RangeStore,
  type TwinPlace,
} from '@mts/store';

import { persist } from './persist.js';
import type { RecordBook } from './record-book.js';

/**
 * Lines that are sealed in one turn of the event loop, and stored in one statement: a few milliseconds of the one and some 50
 * of the other, in which the range is locked and all leases of this process wait to be renewed. A person may stand in a list
 * as often as it has lines.
 */
const BITE_RECORDS = 500;

/**
 * Gives the outcomes of a range to the lines that share them. An answer is stored with its own record first; whoever dies
 * after that has lost nothing, and whoever takes the range up next goes on from what is stored. Nobody is asked for it.
 */
export class Twins {
  constructor(private readonly ranges: Pick<RangeStore, 'openTwins' | 'saveOutcomes' | 'renew'>) {}

  /**
   * Once the work is stopped, what is left is for whoever takes the range up next. Where nobody may, because it is held or
   * cancelled, it is done all the same.
   * @throws LeaseLostError
   */
  async share(lease: Lease, book: Pick<RecordBook, 'sharedOutcomes'>, signal: AbortSignal): Promise<void> {
    // A single person, whose caller waits.
    if (lease.awaited) return;
    let after: TwinPlace | undefined = FIRST_TWIN_AFTER;
    while (after !== undefined && !(signal.aborted && (await this.isForOthers(lease))))
      after = await this.shareBite(lease, book, after);
  }

  /** @returns through where; undefined when nothing was left */
  private async shareBite(
    lease: Lease,
    book: Pick<RecordBook, 'sharedOutcomes'>,
    after: TwinPlace,
  ): Promise<TwinPlace | undefined> {
    const bite = await persist(async () => this.ranges.openTwins(lease, after, BITE_RECORDS));
    const end = endOfTwins(bite);
    if (end === undefined) return undefined;
    const outcomes = bite.flatMap((shared) => book.sharedOutcomes(shared));
    const rows = outcomes.map((outcome) => ({ lease, outcome }));
    const lost = await persist(async () => this.ranges.saveOutcomes(rows));
    if (lost.has(lease)) throw new LeaseLostError(lease);
    return end;
  }

  private async isForOthers(lease: Lease): Promise<boolean> {
    const { standing, workable } = await persist(async () => this.ranges.renew([lease]));
    if (!standing.has(lease)) throw new LeaseLostError(lease);
    return workable.has(lease);
  }
}
