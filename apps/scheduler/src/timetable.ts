import type { Duty } from '@mts/domain';
import type { Logger } from '@mts/platform';
import type { Queues } from '@mts/queue';
import type { DeliveryStore, FiringStore, PullStore, RangeStore, SteeringStore } from '@mts/store';

/** Ranges put on the queue at one tick; more would only wait there. */
const RECONCILED_AT_ONCE_RANGES = 200;
/** And deliveries. */
const RECONCILED_AT_ONCE_CANCELLATIONS = 100;
const RECONCILED_AT_ONCE_DELIVERIES = 200;
const RECONCILED_AT_ONCE_PULLS = 200;

/** What a killed seeder has left is not to wait behind all ranges of a long list that nobody has begun. */
const BEGUN_PRIORITY = 1;

/** How often each schedule is due, see FiringStore. */
export const PERIODS_SECONDS = {
  /** Ranges, pulls and deliveries that have work and that nobody holds are put on the queue. */
  reconcile: 3,
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
    private readonly pulls: PullStore,
    private readonly deliveries: DeliveryStore,
    private readonly steering: SteeringStore,
    private readonly queues: Queues,
    private readonly logger: Logger,
  ) {}

  /** Fires what is due now, unless another copy already did. Faults are logged: the next due time comes soon. */
  async tick(schedule: Schedule): Promise<void> {
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
    if ((await this.firings.once('reconcile', periodSeconds)) === 'fired') await this.reconcile();
  }

  /** The ranges, pulls and deliveries are the truth; a job that was lost, or that nobody took, is made again from them. */
  private async reconcile(): Promise<void> {
    for (const requestId of await this.steering.endCancelled(RECONCILED_AT_ONCE_CANCELLATIONS)) {
      this.logger.info('a cancelled request has ended, though its seeder is gone', { requestId });
    }
    for (const requestId of await this.ranges.finishComplete(RECONCILED_AT_ONCE_RANGES)) {
      this.logger.info('a request has ended, though the seeder of its last outcome is gone', { requestId });
    }
    const waiting = await this.ranges.waiting(RECONCILED_AT_ONCE_RANGES);
    await this.queues.post(
      'authenticate',
      waiting.map(({ requestId, n, isBegun }) => ({
        message: { v: 1, requestId, n },
        key: `${requestId}/${String(n)}`,
        group: requestId,
        priority: isBegun ? BEGUN_PRIORITY : 0,
      })),
    );
    const unpulled = await this.pulls.due(RECONCILED_AT_ONCE_PULLS);
    await this.queues.post(
      'pull',
      unpulled.map(({ requestId, owner }) => ({
        message: { v: 1, requestId },
        key: requestId,
        group: owner,
      })),
    );
    const due = await this.deliveries.due(RECONCILED_AT_ONCE_DELIVERIES);
    await this.queues.post(
      'deliver',
      due.map(({ requestId, owner }) => ({ message: { v: 1, requestId }, key: requestId, group: owner })),
    );
  }
}
