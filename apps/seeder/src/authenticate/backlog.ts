import { EventEmitter, once } from 'node:events';

import { RANGE_LENGTH_RECORDS } from '@mts/store';

import type { Stint } from './stint.js';

/** A further range is taken so many rounds of calls before all is sent: nobody is to wait for the statements that it takes. */
const LOW_AT_ROUNDS = 2;

/** What is still to be sent of one range that is worked on here; all of it until it is read. */
export class Unsent {
  private left = RANGE_LENGTH_RECORDS;

  constructor(private readonly changed: () => void) {}

  get records(): number {
    return this.left;
  }

  /** None of those that are asked again: they wait for other things than a place for a call. */
  note(records: number): void {
    this.left = records;
    this.changed();
  }
}

/**
 * What this seeder has taken of each list and not sent yet. More of a list than it can send soon would only share its places
 * for calls, and at the end of the list it would have ranges left while other seeders have none.
 */
export class Backlog {
  private readonly byList = new Map<string, Set<Unsent>>();
  private readonly changes = new EventEmitter().setMaxListeners(0);

  /** @param limit the calls that this seeder may have in flight */
  constructor(private readonly limit: { readonly places: number }) {}

  /** Lists of which a range is worked on here. */
  get lists(): number {
    return this.byList.size;
  }

  /** Whether a further range of the list is wanted. */
  isLow(requestId: string): boolean {
    let records = 0;
    for (const unsent of this.byList.get(requestId) ?? []) records += unsent.records;
    return records <= LOW_AT_ROUNDS * this.limit.places;
  }

  /** Counts a further range of the list, whether or not it is wanted, until {@link remove}. */
  add(requestId: string): Unsent {
    const unsent = new Unsent(() => this.changes.emit(requestId));
    const ofList = this.byList.get(requestId) ?? new Set();
    this.byList.set(requestId, ofList.add(unsent));
    return unsent;
  }

  /** The same as soon as one is wanted. @returns undefined when the time of who waits is over before */
  async addWhenLow(
    requestId: string,
    { over, leftMs }: Pick<Stint, 'over' | 'leftMs'>,
  ): Promise<Unsent | undefined> {
    const signal = AbortSignal.any([over, AbortSignal.timeout(leftMs)]);
    while (!signal.aborted) {
      if (this.isLow(requestId)) return this.add(requestId);
      // It is rejected by the signal alone.
      await once(this.changes, requestId, { signal }).catch(() => undefined);
    }
    return undefined;
  }

  remove(requestId: string, unsent: Unsent): void {
    const ofList = this.byList.get(requestId);
    ofList?.delete(unsent);
    if (ofList?.size === 0) this.byList.delete(requestId);
    this.changes.emit(requestId);
  }
}
