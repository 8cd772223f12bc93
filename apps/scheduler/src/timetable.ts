import type { Duty } from '@mts/domain';
import type { Clock, Logger } from '@mts/platform';
import type { Queues } from '@mts/queue';
import type { FiringStore, RangeStore } from '@mts/store';

/** Ranges put on the queue at one tick; more would only wait there. */
const RECONCILED_AT_ONCE_RANGES = 200;

/** How often each schedule is due. Due times are multiples of the period, so that all copies mean the same ones. */
export const PERIODS_SECONDS = {
  /** Ranges that have work and that nobody holds are put on the queue. */
  reconcile: 5,
  /** Broken uploads are swept away. */
  sweep: 60,
  /** Requests past their age are archived and their keys destroyed. */
  expire: 300,
} as const;
export type Schedule = keyof typeof PERIODS_SECONDS;

/** What is due when. Any number of copies may tick; for each due time one of them fires, and it only enqueues. */
export class Timetable {
  constructor(
    private readonly firings: FiringStore,
    private readonly ranges: RangeStore,
    private readonly queues: Queues,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Fires what is due now, unless another copy already did. Faults are logged: the next due time comes soon. */
  async tick(schedule: Schedule): Promise<void> {
    const periodMs = PERIODS_SECONDS[schedule] * 1000;
    const dueAt = new Date(Math.floor(this.clock().getTime() / periodMs) * periodMs);
    try {
      await this.firings.once(schedule, dueAt, async (tx) => {
        if (schedule === 'reconcile') return this.reconcile();
        return this.queues.post(
          'housekeeping',
          [{ message: { v: 1, duty: schedule satisfies Duty }, key: schedule }],
          tx,
        );
      });
    } catch (error) {
      this.logger.warn('a schedule could not be fired; it is due again soon', {
        schedule,
        error: error as Error,
      });
    }
  }

  /** The range is the truth; a job that was lost, or that nobody took, is made again from it. */
  private async reconcile(): Promise<void> {
    const waiting = await this.ranges.waiting(RECONCILED_AT_ONCE_RANGES);
    await this.queues.post(
      'authenticate',
      waiting.map(({ requestId, n }) => ({
        message: { v: 1, requestId, n },
        key: `${requestId}/${String(n)}`,
        group: requestId,
      })),
    );
  }
}
