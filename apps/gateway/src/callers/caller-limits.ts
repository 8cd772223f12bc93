import { ApiError, type Caller } from '@mts/domain';

import { Budgets } from './budgets.js';

/** What one caller may have only so much of at the same time. */
export type Allotment = 'upload' | 'sync' | 'events';

export interface CallerLimitsOptions {
  readonly atOnceMax: Readonly<Record<Allotment, number>>;
  readonly callsPerMinuteMax: number;
  readonly nowMs?: () => number;
}

/** What a caller that has had too much of something is told to wait. */
const RETRY_AFTER_SECONDS = 1;

const SAID: Readonly<Record<Allotment, string>> = {
  upload: 'too many lists of this caller are being taken in at the same time',
  sync: 'too many calls of this caller wait for an answer at the same time',
  events: 'this caller follows too many events at the same time',
};

/** How much of what one caller may have, in one gateway, so that none takes the place of all others. */
export class CallerLimits {
  private readonly taken = new Map<string, number>();
  private readonly calls: Budgets;
  private readonly most: CallerLimitsOptions['atOnceMax'];

  constructor({ atOnceMax, callsPerMinuteMax, nowMs }: CallerLimitsOptions) {
    this.most = atOnceMax;
    this.calls = new Budgets(callsPerMinuteMax, nowMs);
  }

  /** @throws ApiError MTS-LIMIT-001 (429) when the caller has made all its calls of the last minute */
  countCall({ owner }: Pick<Caller, 'owner'>): void {
    const retryAfterSeconds = this.calls.take(owner);
    if (retryAfterSeconds === 0) return;
    throw new ApiError('MTS-LIMIT-001', {
      problem: 'this caller has made too many calls in the last minute',
      retryAfterSeconds,
    });
  }

  /**
   * Takes one place of the caller.
   *
   * @returns gives the place back; further calls of it do nothing
   * @throws ApiError MTS-LIMIT-001 (429) when the caller has all its places
   */
  take(what: Allotment, caller: Pick<Caller, 'owner'>): () => void {
    const key = `${what} ${caller.owner}`;
    const count = this.taken.get(key) ?? 0;
    if (count >= this.most[what]) {
      throw new ApiError('MTS-LIMIT-001', {
        problem: `${SAID[what]} (${String(this.most[what])})`,
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    }
    this.taken.set(key, count + 1);
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.giveBack(key);
    };
  }

  /** Has one place of the caller while the work goes on. @throws ApiError MTS-LIMIT-001, and whatever the work throws */
  async within<T>(what: Allotment, caller: Pick<Caller, 'owner'>, work: () => Promise<T>): Promise<T> {
    const giveBack = this.take(what, caller);
    try {
      return await work();
    } finally {
      giveBack();
    }
  }

  private giveBack(key: string): void {
    const count = this.taken.get(key) ?? 0;
    if (count > 1) this.taken.set(key, count - 1);
    else this.taken.delete(key);
  }
}
