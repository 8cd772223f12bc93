import { setTimeout as wait } from 'node:timers/promises';

import { ApiError } from '@mts/domain';
import type { Queues } from '@mts/queue';
import type { ProfileStore, StoredPreflight } from '@mts/store';

/** A result not older than this is given to whoever asks, so that no number of callers can flood IDA. */
const SHARED_FOR_MS = 5000;
/** Below the time that a stop leaves to calls under way, and longer than it takes to find that nobody answers. */
export const PREFLIGHT_PATIENCE_MS = 8000;
const LOOK_EVERY_MS = 100;

/** Has a seeder prove the set-up with IDA now, instead of when it is due. */
export class PreflightDesk {
  private underWay: Promise<StoredPreflight> | undefined;

  constructor(
    private readonly profile: ProfileStore,
    private readonly queues: Pick<Queues, 'post'>,
    private readonly patienceMs: number,
  ) {}

  /**
   * The result of a preflight that ended after the call began, or that is fresh; who calls while one is under way gets
   * its result.
   *
   * @throws ApiError MTS-SYS-003, MTS-SYS-004
   */
  async ask(): Promise<StoredPreflight> {
    this.underWay ??= this.askSeeders().finally(() => {
      this.underWay = undefined;
    });
    return this.underWay;
  }

  private async askSeeders(): Promise<StoredPreflight> {
    if ((await this.profile.seedersAlive()) === 0) throw new ApiError('MTS-SYS-003');
    const askedAt = await this.profile.now();
    const fresh = await this.resultAfter(new Date(askedAt.getTime() - SHARED_FOR_MS));
    if (fresh !== undefined) return fresh;
    await this.queues.post('preflight', [
      { message: { v: 1, askedAt: askedAt.toISOString() }, key: 'preflight' },
    ]);
    for (const deadline = performance.now() + this.patienceMs; performance.now() < deadline;) {
      const result = await this.resultAfter(askedAt);
      if (result !== undefined) return result;
      await wait(LOOK_EVERY_MS);
    }
    throw new ApiError('MTS-SYS-004');
  }

  private async resultAfter(moment: Date): Promise<StoredPreflight | undefined> {
    const last = await this.profile.lastPreflight();
    return last !== undefined && last.checkedAt >= moment ? last : undefined;
  }
}
