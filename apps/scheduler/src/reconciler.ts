import { Attempts, type Logger } from '@mts/platform';
import { helperJobs, leftRangeJob, listJob, type Posting, type Queues } from '@mts/queue';
import {
  type DeliveryStore,
  LeaseLostError,
  type OfferedRanges,
  type PullStore,
  type RangeStore,
  type SteeringStore,
} from '@mts/store';

import { Round } from './round.js';

/** Looked at in one reconciliation. Each is one insert of pg-boss, which leaves out what waits on the queue already. */
const LISTS_AT_ONCE = 1000;
const LEFT_RANGES_AT_ONCE = 200;
const RANGES_AT_ONCE = 200;
const PULLS_AT_ONCE = 200;
const DELIVERIES_AT_ONCE = 200;
/** And these are carried out at once. */
const CANCELLATIONS_AT_ONCE = 100;
const COMPLETE_RANGES_AT_ONCE = 200;

/** A pull or a delivery that is due. */
interface OwnedWork {
  readonly requestId: string;
  readonly owner: string;
}

/** What of the database and the queues a reconciliation wants. */
export interface ReconcilerParts {
  readonly ranges: Pick<RangeStore, 'takeComplete' | 'finish'>;
  readonly offered: Pick<OfferedRanges, 'left' | 'unattended' | 'waiting'>;
  readonly steering: Pick<SteeringStore, 'cancelledAndLeft' | 'cancel'>;
  readonly pulls: Pick<PullStore, 'due'>;
  readonly deliveries: Pick<DeliveryStore, 'due'>;
  readonly queues: Pick<Queues, 'post'>;
  readonly logger: Logger;
}

/**
 * Ranges, pulls and deliveries are the truth; a job that was lost, or that nobody took, is made again from them, and what a
 * seeder that is gone has left unended is ended. Each step, and each request within it, is tried whatever became of others.
 */
export class Reconciler {
  private readonly cancellations = new Round(CANCELLATIONS_AT_ONCE);
  private readonly lists = new Round(LISTS_AT_ONCE);
  private readonly pulls = new Round(PULLS_AT_ONCE);
  private readonly deliveries = new Round(DELIVERIES_AT_ONCE);
  private readonly attempts: Attempts;

  constructor(private readonly parts: ReconcilerParts) {
    this.attempts = new Attempts({
      logger: parts.logger,
      said: 'a step of the reconciliation failed; it is made again soon',
      // Ended or erased meanwhile by somebody else.
      isNoFault: (error) => error instanceof LeaseLostError,
    });
  }

  /** No further step is made, and within the one under way no further request is ended. */
  stop(): void {
    this.attempts.stop();
  }

  /** Never throws: faults are logged, and what is left is found the next time. */
  async reconcile(): Promise<void> {
    // What all wait for first: the ends may take long, where a lock has to be waited for.
    await this.attempts.make({ step: 'left ranges' }, async () => this.offerLeftRanges());
    await this.attempts.make({ step: 'lists' }, async () => this.offerLists());
    await this.attempts.make({ step: 'helpers' }, async () => this.callHelpers());
    await this.attempts.make({ step: 'pulls' }, async () => this.offerPulls());
    await this.attempts.make({ step: 'deliveries' }, async () => this.offerDeliveries());
    await this.attempts.make({ step: 'cancellations' }, async () => this.endCancelled());
    await this.attempts.make({ step: 'complete ranges' }, async () => this.finishComplete());
  }

  private async offerLeftRanges(): Promise<void> {
    const { offered, queues } = this.parts;
    const left = await offered.left(LEFT_RANGES_AT_ONCE);
    await queues.post(
      'left',
      left.map(({ requestId, n }) => leftRangeJob(requestId, n)),
    );
  }

  private async offerLists(): Promise<void> {
    const { offered, queues } = this.parts;
    const unattended = await this.lists.next(async (page) => offered.unattended(page));
    await queues.post(
      'list',
      unattended.map(({ requestId }) => listJob(requestId)),
    );
  }

  private async callHelpers(): Promise<void> {
    const { offered, queues } = this.parts;
    const waiting = Map.groupBy(await offered.waiting(RANGES_AT_ONCE), ({ requestId }) => requestId);
    await queues.post(
      'authenticate',
      [...waiting].flatMap(([requestId, ofList]) => helperJobs(requestId, ofList.length)),
    );
  }

  private async offerPulls(): Promise<void> {
    const { pulls, queues } = this.parts;
    const due = await this.pulls.next(async (page) => pulls.due(page));
    await queues.post('pull', due.map(jobOfOwner));
  }

  private async offerDeliveries(): Promise<void> {
    const { deliveries, queues } = this.parts;
    const due = await this.deliveries.next(async (page) => deliveries.due(page));
    await queues.post('deliver', due.map(jobOfOwner));
  }

  private async endCancelled(): Promise<void> {
    const { steering, logger } = this.parts;
    const left = await this.cancellations.next(async (page) => steering.cancelledAndLeft(page));
    for (const { requestId } of left) {
      await this.attempts.make({ step: 'cancellations', requestId }, async () => {
        if ((await steering.cancel(requestId)) === 'cancelled')
          logger.info('a cancelled request has ended, though its seeder is gone', { requestId });
      });
    }
  }

  private async finishComplete(): Promise<void> {
    const { ranges, logger } = this.parts;
    for (const lease of await ranges.takeComplete(COMPLETE_RANGES_AT_ONCE)) {
      const { requestId } = lease;
      await this.attempts.make({ step: 'complete ranges', requestId }, async () => {
        if ((await ranges.finish(lease)) !== undefined)
          logger.info('a request has ended, though the seeder of its last outcome is gone', { requestId });
      });
    }
  }
}

/** What one owner has on the queue is a group: others find places beside it. */
function jobOfOwner({ requestId, owner }: OwnedWork): Posting<'pull'> & Posting<'deliver'> {
  return { message: { v: 1, requestId }, key: requestId, group: owner };
}
