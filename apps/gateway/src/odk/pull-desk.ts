import { randomUUID } from 'node:crypto';

import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { type KekProvider, makeRequestKeys } from '@mts/crypto';
import type { Caller, RequestState } from '@mts/domain';
import { type RecordRuleSettings, sealOdkOrder } from '@mts/inputs';
import { sealCallbackTarget } from '@mts/outputs';
import type { Clock, Logger } from '@mts/platform';
import { Queues } from '@mts/queue';
import { Database, DeliveryStore, Notifications, type Pull, PullStore, RequestStore } from '@mts/store';

import { Refusal } from '../http/refusal.js';
import { type EarlierRequest, Idempotency } from '../ingest/idempotency.js';
import type { IdempotentCall } from '../ingest/idempotent-call.js';
import { newRequestOf } from '../ingest/intake.js';
import type { GatewayConfig } from '../options.js';
import { CLOCK, GATEWAY_CONFIG, KEKS, LOGGER, RECORD_RULES } from '../tokens.js';
import type { OdkWish } from './read-odk-request.js';

/**
 * A call is answered so long after it came, and that late only for the sake of a source that is quick to say no: then
 * the answer is the one of the original. Clients of ours ignore it and move their window on (mts_connector of OpenG2P),
 * so what is slow goes on without them.
 */
export const PULL_PATIENCE_MS = 1500;
/** Behind the notifications. */
const LOOKED_EVERY_MS = 400;
const HTTP_BAD_REQUEST = 400;

/** What a caller is told of a list that is being fetched, or was. */
export interface TakenPull {
  readonly requestId: string;
  readonly state: RequestState;
  /** An earlier call with the same Idempotency-Key has made the request. */
  readonly isReplay: boolean;
}

/** Takes in requests whose list a seeder has to fetch. */
@Injectable()
export class PullDesk implements OnModuleDestroy {
  private readonly stopping = new AbortController();

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(RequestStore) private readonly requests: RequestStore,
    @Inject(PullStore) private readonly pulls: PullStore,
    @Inject(DeliveryStore) private readonly deliveries: DeliveryStore,
    @Inject(Queues) private readonly queues: Queues,
    @Inject(Notifications) private readonly notifications: Notifications,
    @Inject(KEKS) private readonly keks: KekProvider,
    @Inject(Idempotency) private readonly idempotency: Idempotency,
    @Inject(GATEWAY_CONFIG) private readonly config: Pick<GatewayConfig, 'inputKept'>,
    @Inject(RECORD_RULES) private readonly rules: RecordRuleSettings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Stores what is wanted, and has it fetched.
   *
   * @param patience aborted when the caller has waited long enough
   * @throws Refusal with the code of a source that has refused for good in this moment; nothing is kept then
   * @throws ApiError MTS-REQ-006
   */
  async take(
    wish: OdkWish,
    caller: Caller,
    patience: AbortSignal,
    call?: IdempotentCall,
  ): Promise<TakenPull> {
    const requestId = randomUUID();
    const signal = AbortSignal.any([patience, this.stopping.signal]);
    const looks = this.notifications.follow(requestId, { pollMs: LOOKED_EVERY_MS, signal });
    try {
      // From here on no change is missed.
      await looks.next();
      const earlier = await this.submit(requestId, wish, caller, call);
      if (earlier !== undefined) return { ...earlier, isReplay: true };
      this.logger.info('a list was ordered', { requestId, input: 'odk' });
      for await (const _ of looks) {
        const pull = await this.pulls.find(requestId);
        if (pull !== undefined && !isUnderWay(pull)) return await this.told(pull);
      }
      return { requestId, state: 'pulling', isReplay: false };
    } finally {
      await looks.return();
    }
  }

  /** Those who wait are told that it goes on. */
  onModuleDestroy(): void {
    this.stopping.abort();
  }

  /** @returns the request that an earlier call with the same key has made, if so: this one is none then */
  private async submit(
    requestId: string,
    wish: OdkWish,
    { owner }: Caller,
    call: IdempotentCall | undefined,
  ): Promise<EarlierRequest | undefined> {
    const keys = await makeRequestKeys(requestId, this.keks, this.clock());
    const order = sealOdkOrder(requestId, { config: wish.config, rules: this.rules }, keys.input);
    const request = newRequestOf('odk', keys, { ...wish, owner }, this.config.inputKept);
    const made = { requestId, kek: keys.kek };
    return this.database.transaction(async (tx) =>
      this.idempotency.once(call, made, tx, async () => {
        await this.pulls.begin(request, order, tx);
        if (wish.delivery !== undefined && !wish.validateOnly) {
          const target = sealCallbackTarget(requestId, wish.delivery, keys.results);
          await this.deliveries.create(requestId, 'callback', target, tx);
        }
        await this.queues.post('pull', [{ message: { v: 1, requestId }, key: requestId, group: owner }], tx);
        return undefined;
      }),
    );
  }

  private async told({ requestId, state, code, reason }: Pull): Promise<TakenPull> {
    if (state === 'failed' && code !== null && (await this.pulls.discardFailed(requestId))) {
      this.logger.info('an order was refused by its source; nothing of it was kept', { requestId, code });
      throw new Refusal(HTTP_BAD_REQUEST, [{ errorCode: code, errorMessage: reason ?? '' }]);
    }
    const request = await this.requests.find(requestId);
    return { requestId, state: request?.state ?? 'pulling', isReplay: false };
  }
}

/** Nobody has fetched it yet, or not to its end. */
function isUnderWay({ state, attempts, code }: Pull): boolean {
  return state === 'pulling' || (state === 'waiting' && (attempts === 0 || code === null));
}
