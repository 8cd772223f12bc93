import { Inject, Injectable, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { RecordSealer, SealBrokenError } from '@mts/crypto';
import { ApiError, type Caller, isFinished, type ResultRow } from '@mts/domain';
import type { RecordRuleSettings } from '@mts/inputs';
import { UNREADABLE_RESULT } from '@mts/outputs';
import type { Clock, Logger } from '@mts/platform';
import { type AwaitedStanding, AwaitedStore, Notifications } from '@mts/store';

import { CallerLimits } from '../callers/caller-limits.js';
import type { EarlierRequest } from '../ingest/idempotency.js';
import type { IdempotentCall } from '../ingest/idempotent-call.js';
import type { GatewayConfig } from '../options.js';
import { CLOCK, GATEWAY_CONFIG, LOGGER, RECORD_RULES } from '../tokens.js';
import { type Attended, AwaitedIntake, checkAwaited } from './awaited-intake.js';
import type { AwaitedWish } from './read-awaited-request.js';
import { answerOf, cancelled, goesOn, refusalOf, type SyncAnswer } from './sync-answer.js';

type Looks = ReturnType<Notifications['follow']>;

interface Found {
  readonly answer: SyncAnswer;
  /** Its request has ended too: whoever fetches the result next is not told that it is not ready. */
  readonly isAllDone: boolean;
}

/** Behind the notifications; also how soon a hold that begins meanwhile is told. */
const LOOKED_EVERY_MS = 1000;
/** Its end follows the outcome within milliseconds; not for long is one waited for whose seeder was killed in between. */
const END_AWAITED_MS = 3000;

/** Keeps callers waiting who hand in one person, until IDA has answered, or it is known that it cannot be asked. */
@Injectable()
export class SyncDesk implements OnModuleDestroy, OnApplicationShutdown {
  private readonly stopping = new AbortController();
  private readonly notes = new Set<Promise<void>>();
  private waiting = 0;

  constructor(
    @Inject(AwaitedIntake) private readonly intake: AwaitedIntake,
    @Inject(RECORD_RULES) private readonly rules: RecordRuleSettings,
    @Inject(AwaitedStore) private readonly awaited: AwaitedStore,
    @Inject(Notifications) private readonly notifications: Notifications,
    @Inject(CallerLimits) private readonly limits: CallerLimits,
    @Inject(GATEWAY_CONFIG)
    private readonly config: Pick<
      GatewayConfig,
      'syncWaitSecondsMax' | 'syncWaitingMax' | 'eraseGraceMinutes'
    >,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Has IDA asked about one person, and waits for the answer.
   *
   * @param hungUp aborted when the caller is gone; the work goes on, and its result can be fetched
   * @throws Refusal for a record that cannot be asked about; ApiError MTS-AUTH-002, MTS-LIMIT-001, MTS-SYNC-002,
   *   MTS-SYS-003, each without anything kept
   */
  async answer(
    wish: AwaitedWish,
    caller: Caller,
    hungUp: AbortSignal,
    call?: IdempotentCall,
  ): Promise<SyncAnswer> {
    // What it is answered with is a result.
    if (!caller.roles.has('read')) throw new ApiError('MTS-AUTH-002', { roles: ['read'] });
    checkAwaited(wish, this.rules, this.clock());
    const leave = this.enter(caller);
    try {
      const hindrance = await this.awaited.hindrance();
      if (hindrance !== undefined) throw refusalOf(hindrance, this.clock());
      return await this.ask(wish, caller, hungUp, call);
    } finally {
      leave();
    }
  }

  /** Those who wait are told that it goes on. */
  onModuleDestroy(): void {
    this.stopping.abort();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.notes);
  }

  private enter(caller: Caller): () => void {
    if (this.waiting >= this.config.syncWaitingMax) {
      throw new ApiError('MTS-LIMIT-001', {
        problem: `too many calls wait for an answer at the same time (${String(this.config.syncWaitingMax)})`,
        retryAfterSeconds: 1,
      });
    }
    const giveBack = this.limits.take('sync', caller);
    this.waiting += 1;
    return () => {
      this.waiting -= 1;
      giveBack();
    };
  }

  private async ask(
    wish: AwaitedWish,
    caller: Caller,
    hungUp: AbortSignal,
    call: IdempotentCall | undefined,
  ): Promise<SyncAnswer> {
    const request = await this.intake.open();
    const limit = AbortSignal.timeout(this.config.syncWaitSecondsMax * 1000);
    const signal = AbortSignal.any([limit, hungUp, this.stopping.signal]);
    const looks = this.follow(request.id, signal);
    try {
      // From here on no change is missed.
      await looks.next();
      const earlier = await this.intake.submit(request, wish, caller.owner, call);
      if (earlier !== undefined) return { ...(await this.attendEarlier(earlier, signal)), isReplay: true };
      this.logger.info('a record was taken in whose caller waits', { requestId: request.id });
      return await this.attend(request, looks);
    } finally {
      await looks.return();
    }
  }

  private async attendEarlier({ requestId }: EarlierRequest, signal: AbortSignal): Promise<SyncAnswer> {
    const request = await this.intake.reopen(requestId);
    if (request === undefined) return this.withoutAnswer(await this.awaited.standing(requestId));
    return this.attend(request, this.follow(requestId, signal));
  }

  private follow(requestId: string, signal: AbortSignal): Looks {
    return this.notifications.follow(requestId, { pollMs: LOOKED_EVERY_MS, signal });
  }

  private async attend(request: Attended, looks: Looks): Promise<SyncAnswer> {
    let answer: SyncAnswer | undefined;
    let answeredAtMs = Infinity;
    for await (const _ of looks) {
      const found = await this.look(request);
      if (found === undefined) continue;
      ({ answer } = found);
      answeredAtMs = Math.min(answeredAtMs, performance.now());
      if (found.isAllDone || performance.now() - answeredAtMs >= END_AWAITED_MS) return answer;
    }
    return answer ?? goesOn(request.id);
  }

  /** @returns undefined while the caller has to wait. @throws ApiError when the request was withdrawn */
  private async look(request: Attended): Promise<Found | undefined> {
    try {
      return await this.lookUp(request);
    } catch (error) {
      if (error instanceof ApiError) throw error;
      // The record is worked on all the same, so this is no reason for an answer that has the caller try again.
      this.logger.warn('an awaited request could not be looked at; will try again', {
        requestId: request.id,
        error: error as Error,
      });
      return undefined;
    }
  }

  private async lookUp({ id, results }: Attended): Promise<Found | undefined> {
    const standing = await this.awaited.standing(id);
    if (standing === undefined) throw await this.refusalOfWithdrawn();
    const isAllDone = isFinished(standing.state) || standing.state === 'archived';
    if (standing.sealedOutcome !== null)
      return { answer: this.answerOf(standing.sealedOutcome, { id, results }), isAllDone };
    if (isAllDone) return { answer: { ...(await this.withoutAnswer(standing)), requestId: id }, isAllDone };
    const hindrance = await this.awaited.hindrance(id);
    if (hindrance === undefined || !(await this.awaited.withdraw(id))) return undefined;
    this.logger.info('a record was withdrawn: IDA cannot be asked about it now', { requestId: id });
    throw refusalOf(hindrance, this.clock());
  }

  /** Nobody knows of an answer, and nobody will. @throws ApiError when the request was withdrawn */
  private async withoutAnswer(standing: AwaitedStanding | undefined): Promise<SyncAnswer> {
    if (standing === undefined) throw await this.refusalOfWithdrawn();
    return cancelled(standing.mayHaveBeenAsked ? 'maybe asked' : 'not asked');
  }

  /** Of a request that is gone: another call for it was told what hindered then. One that is erased leaves its row. */
  private async refusalOfWithdrawn(): Promise<ApiError> {
    return refusalOf((await this.awaited.hindrance()) ?? { kind: 'withdrawn' }, this.clock());
  }

  private answerOf(sealedOutcome: Buffer, { id, results }: Attended): SyncAnswer {
    const row = this.unsealed(sealedOutcome, { id, results });
    // What does not open may be brought back from a backup, as long as it is kept.
    if (row === undefined) return { ...answerOf(UNREADABLE_RESULT.row), requestId: id };
    return { ...answerOf(row), requestId: id, handedOver: () => this.noteHandOver(id) };
  }

  private unsealed(sealedOutcome: Buffer, { id, results }: Attended): ResultRow | undefined {
    const place = { table: 'record', column: 'sealed_outcome', requestId: id, line: 1 };
    try {
      return JSON.parse(new RecordSealer(results).open(place, sealedOutcome).toString()) as ResultRow;
    } catch (error) {
      if (!(error instanceof SealBrokenError)) throw error;
      this.logger.error('what became of an awaited record does not open any more', { requestId: id });
      return undefined;
    }
  }

  private noteHandOver(id: string): void {
    const note = this.awaited.handedOver(id, this.config.eraseGraceMinutes).catch((error: unknown) => {
      this.logger.warn('a result that was handed over stays until it expires by age', {
        requestId: id,
        error: error as Error,
      });
    });
    this.notes.add(note);
    void note.then(() => this.notes.delete(note));
  }
}
