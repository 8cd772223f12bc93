import type { Duty } from '@mts/domain';
import type { Logger } from '@mts/platform';
import type { Queues } from '@mts/queue';
import type { FiringStore } from '@mts/store';

import type { Reconciler } from './reconciler.js';

/** How often each schedule is due, see FiringStore. */
export const PERIODS_SECONDS = {
  /** Lists, left ranges, helpers, pulls and deliveries that nobody is at are put on the queue; what has no work left is ended. */
  reconcile: 3,
  /** Broken uploads are swept away. */
  sweep: 60,
  /** Requests past their age are archived and their keys destroyed. */
  expire: 300,
} as const;
export type Schedule = keyof typeof PERIODS_SECONDS;

/**
 * What is due when. Any number of copies may tick; for each due time one of them fires. It makes the reconciliation itself; the
 * housekeeping it puts on the queue, for whichever seeder is free.
 */
export class Timetable {
  private readonly underWay = new Map<Schedule, Promise<void>>();

  constructor(
    private readonly firings: FiringStore,
    private readonly reconciler: Pick<Reconciler, 'reconcile' | 'stop'>,
    private readonly queues: Pick<Queues, 'post'>,
    private readonly logger: Logger,
  ) {}

  /**
   * Fires what is due now, unless another copy already did, or what this one has fired before is still under way: that may
   * take longer than a period, where locks have to be waited for, and another copy can go on meanwhile.
   */
  async tick(schedule: Schedule): Promise<void> {
    if (this.underWay.has(schedule)) return;
    const fired = this.fire(schedule).finally(() => this.underWay.delete(schedule));
    this.underWay.set(schedule, fired);
    await fired;
  }

  /** What is under way comes to an end soon. */
  stop(): void {
    this.reconciler.stop();
  }

  /** Resolves when nothing is under way any more. To be called once nobody ticks. */
  async settled(): Promise<void> {
    await Promise.all(this.underWay.values());
  }

  /** Faults are logged: the next due time comes soon. */
  private async fire(schedule: Schedule): Promise<void> {
    const periodSeconds = PERIODS_SECONDS[schedule];
    try {
      if (schedule === 'reconcile') await this.reconcileOnce(periodSeconds);
      else
        await this.firings.once(schedule, periodSeconds, async (tx) =>
          this.queues.post(
            'housekeeping',
            [{ message: { v: 1, duty: schedule satisfies Duty }, key: schedule }],
            tx,
          ),
        );
    } catch (error) {
      this.logger.warn('a schedule could not be fired; it is due again soon', {
        schedule,
        error: error as Error,
      });
    }
  }

  /** Not within the transaction, which would stand still meanwhile: where it breaks, the next one finds what is left. */
  private async reconcileOnce(periodSeconds: number): Promise<void> {
    if ((await this.firings.once('reconcile', periodSeconds)) === 'fired') await this.reconciler.reconcile();
  }
}
