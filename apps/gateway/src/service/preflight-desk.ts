import { setTimeout as wait } from 'node:timers/promises';

import { ApiError } from '@mts/domain';
import type { Queues } from '@mts/queue';
import type { HoldOfAll, ProfileStore, SeederStore, StoredPreflight } from '@mts/store';

/** Below the time that a stop leaves to calls under way, and longer than it takes to find that nobody answers. */
export const PREFLIGHT_PATIENCE_MS = 8000;
/** How long a record takes that is asked at once to find out whether an outage is over, where IDA is well. */
const LIFT_PATIENCE_MS = 3000;
const LOOK_EVERY_MS = 100;

export const HOLD_OUTLASTS_PREFLIGHT =
  'IDA answers the preflight, so what the hold names may be over already. It ends with the next record that IDA answers; the next is asked at nextTryAt, or as soon as one waits.';

/** What a preflight has come to, and what holds all requests up after it. */
export interface PreflightAnswer extends StoredPreflight {
  readonly idaHold: HoldOfAll | null;
  /** What ends the hold that a preflight which succeeded has left. */
  readonly next: string | null;
}

/** Has a seeder prove the set-up with IDA now, instead of when it is due. */
export class PreflightDesk {
  private underWay: Promise<PreflightAnswer> | undefined;
  private next: Promise<PreflightAnswer> | undefined;

  constructor(
    private readonly profile: ProfileStore,
    private readonly seeders: Pick<SeederStore, 'live'>,
    private readonly queues: Pick<Queues, 'post'>,
    private readonly patienceMs: number,
  ) {}

  /**
   * The result of a preflight that began after the call did: what was mended just before the call counts. One is under
   * way at a time, and all who call meanwhile wait for the next one together; the seeders keep them apart.
   *
   * @throws ApiError MTS-SYS-003, MTS-SYS-004
   */
  async ask(): Promise<PreflightAnswer> {
    this.next ??= this.afterThat(this.underWay, performance.now() + this.patienceMs);
    return this.next;
  }

  private async afterThat(
    before: Promise<unknown> | undefined,
    deadlineMs: number,
  ): Promise<PreflightAnswer> {
    // Whether it went well is told to those who wait for it.
    await Promise.allSettled([before]);
    this.underWay = this.next;
    this.next = undefined;
    return this.askSeeders(deadlineMs);
  }

  private async askSeeders(deadlineMs: number): Promise<PreflightAnswer> {
    if ((await this.seeders.live()).length === 0) throw new ApiError('MTS-SYS-003');
    const askedAt = await this.profile.tellMended();
    const message = { v: 1, askedAt: askedAt.toISOString() } as const;
    do {
      // Each time, for it is dropped while a seeder works on an earlier question; one that is answered does no harm.
      await this.queues.post('preflight', [{ message, key: 'preflight' }]);
      const result = await this.resultAfter(askedAt);
      if (result !== undefined) return this.withHold(result, deadlineMs);
      await wait(LOOK_EVERY_MS);
    } while (performance.now() < deadlineMs);
    throw new ApiError('MTS-SYS-004');
  }

  /** Where IDA answers, the hold as it is once a waiting record could be asked. */
  private async withHold(result: StoredPreflight, deadlineMs: number): Promise<PreflightAnswer> {
    const untilMs = result.ok ? Math.min(deadlineMs, performance.now() + LIFT_PATIENCE_MS) : -Infinity;
    let idaHold = (await this.profile.holdOfAll()) ?? null;
    while (idaHold !== null && performance.now() < untilMs) {
      await wait(LOOK_EVERY_MS);
      idaHold = (await this.profile.holdOfAll()) ?? null;
    }
    return { ...result, idaHold, next: result.ok && idaHold !== null ? HOLD_OUTLASTS_PREFLIGHT : null };
  }

  private async resultAfter(moment: Date): Promise<StoredPreflight | undefined> {
    const last = await this.profile.lastPreflight();
    return last !== undefined && last.checkedAt > moment ? last : undefined;
  }
}
