import { Inject, Injectable } from '@nestjs/common';
import { ApiError, type Hold, isFinished, type RequestState } from '@mts/domain';
import { mayBeAskedAgain } from '@mts/ida-client/ask-again';
import type { Logger } from '@mts/platform';
import { postList, Queues } from '@mts/queue';
import {
  Database,
  type LiftedHold,
  Notifications,
  OverviewStore,
  ProfileStore,
  type Resumption,
  type Retry,
  SteeringStore,
} from '@mts/store';

import { LOGGER } from '../tokens.js';
import type { CancelledDto } from './steering-answers.js';
import { Turns } from './turns.js';

/** Seeders look once a second whether to stop; calls in flight take as long as IDA does. */
const CANCEL_PATIENCE_MS = 5_000;
const CANCEL_POLL_MS = 500;

/** Carries out what callers and operators want of a request. */
@Injectable()
export class Steering {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SteeringStore) private readonly store: SteeringStore,
    @Inject(OverviewStore) private readonly overviews: OverviewStore,
    @Inject(ProfileStore) private readonly profile: ProfileStore,
    @Inject(Notifications) private readonly notifications: Notifications,
    @Inject(Queues) private readonly queues: Queues,
    @Inject(Turns) private readonly turns: Turns,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Waits a little for the end, so that most callers need not ask again. Of a request that had ended before, the delivery
   * is stopped.
   * @returns how far it is
   * @throws ApiError MTS-REQ-008 when nothing of it is to be delivered either
   */
  async cancel(requestId: string): Promise<CancelledDto> {
    const cancellation = await this.turns.inTurn(requestId, async () => this.store.cancel(requestId));
    if (cancellation === 'ended') throw new ApiError('MTS-REQ-008', { problem: 'nothing is left to cancel' });
    if (cancellation === 'withheld') return { state: await this.stateOf(requestId), delivery: cancellation };
    return { state: cancellation === 'cancelled' ? cancellation : await this.ended(requestId) };
  }

  /** @throws ApiError MTS-REQ-008, MTS-REQ-013 */
  async pause(requestId: string): Promise<readonly Hold[]> {
    const pause = await this.turns.inTurn(requestId, async () => this.store.pause(requestId));
    if (pause !== 'paused') throw new ApiError(WHY_NOT_HELD[pause]);
    return this.profile.holdsOf(requestId);
  }

  /** @returns what holds it still @throws ApiError MTS-REQ-008, MTS-REQ-013 */
  async resume(requestId: string, kind: LiftedHold): Promise<readonly Hold[]> {
    const resumption = await this.lift(requestId, kind);
    if (resumption !== 'resumed') throw new ApiError(WHY_NOT_HELD[resumption]);
    return this.profile.holdsOf(requestId);
  }

  /** Lifts the hold of this kind, if there is one, and logs that. */
  async lift(requestId: string, kind: LiftedHold): Promise<Resumption['kind']> {
    const resumption = await this.turns.inTurn(requestId, async () => this.goOn(requestId, kind));
    for (const code of resumption.kind === 'resumed' ? resumption.codes : [])
      this.logger.info('the hold of the request has ended: it was lifted by hand', { requestId, kind, code });
    return resumption.kind;
  }

  /**
   * @param codes undefined for all that may be asked again
   * @returns how many records are asked again
   * @throws ApiError MTS-REQ-009
   */
  async retry(requestId: string, codes: readonly string[] | undefined): Promise<number> {
    const wanted = codes ?? (await this.retriableCodes(requestId));
    const retry = await this.turns.inTurn(requestId, async () => this.askAgain(requestId, wanted));
    if (retry.kind === 'again') return retry.records;
    throw new ApiError('MTS-REQ-009', { problem: WHY_NOT_AGAIN[retry.kind] });
  }

  /** @returns whether there was anything to erase; rows of a long list, which nobody can open any more, go later */
  async erase(requestId: string): Promise<boolean> {
    const erasure = await this.turns.inTurn(requestId, async () => this.store.erase(requestId));
    if (erasure === 'some are left') {
      await this.queues.post('housekeeping', [{ message: { v: 1, duty: 'expire' }, key: 'expire' }]);
    }
    return erasure !== 'nothing was there';
  }

  private async goOn(requestId: string, kind: LiftedHold): Promise<Resumption> {
    return this.database.transaction(async (tx) => {
      const resumption = await this.store.resume(requestId, kind, tx);
      if (resumption.kind === 'resumed') await postList(this.queues, requestId, resumption.ranges, tx);
      return resumption;
    });
  }

  private async askAgain(requestId: string, codes: readonly string[]): Promise<Retry> {
    return this.database.transaction(async (tx) => {
      const made = await this.store.retry(requestId, codes, tx);
      if (made.kind === 'again') await postList(this.queues, requestId, made.ranges, tx);
      return made;
    });
  }

  private async retriableCodes(requestId: string): Promise<readonly string[]> {
    const counts = await this.overviews.errorCounts(requestId);
    return counts.map(({ code }) => code).filter(mayBeAskedAgain);
  }

  private async ended(requestId: string): Promise<string> {
    const patience = AbortSignal.timeout(CANCEL_PATIENCE_MS);
    for await (const _ of this.notifications.follow(requestId, {
      pollMs: CANCEL_POLL_MS,
      signal: patience,
    })) {
      const state = await this.stateOf(requestId);
      if (isFinished(state) || state === 'archived') return state;
    }
    return 'cancelling';
  }

  private async stateOf(requestId: string): Promise<RequestState> {
    return (await this.overviews.find(requestId))?.state ?? 'archived';
  }
}

const WHY_NOT_HELD = { ended: 'MTS-REQ-008', cancelling: 'MTS-REQ-013' } as const;

const WHY_NOT_AGAIN = {
  none: 'none of its records ended with an error that is asked again, or with one of the codes given; GET /authtoken/requests/{id} says which error may be',
  cancelled: 'the request was cancelled, and nobody of it is asked again; hand in anew what is still wanted',
  works: 'the request still works; its records can be asked again once it has ended',
  ended: 'only a request that has ended with errors has records to ask again',
  awaited:
    'this was one person, whose record is kept only until the answer; ask about that person anew, with a call of its own',
  erased:
    'the records of this request are not kept any more (MTS_INPUT_KEPT), so they cannot be asked again; hand them in anew',
} as const;
