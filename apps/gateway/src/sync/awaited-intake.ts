import { randomUUID } from 'node:crypto';

import { Inject, Injectable } from '@nestjs/common';
import {
  type KekProvider,
  makeRequestKeys,
  openRequestKey,
  RecordSealer,
  sealCorrelation,
} from '@mts/crypto';
import {
  checkRecord,
  compileMapping,
  compileRules,
  type RecordRuleSettings,
  type RequestOptions,
  sealRequestOptions,
  stringifyExact,
} from '@mts/inputs';
import type { Clock } from '@mts/platform';
import { Queues } from '@mts/queue';
import { AwaitedStore, Database, RequestStore } from '@mts/store';

import { Refusal } from '../http/refusal.js';
import { type EarlierRequest, Idempotency } from '../ingest/idempotency.js';
import type { IdempotentCall } from '../ingest/idempotent-call.js';
import type { GatewayConfig } from '../options.js';
import { CLOCK, GATEWAY_CONFIG, KEKS } from '../tokens.js';
import type { AwaitedWish } from './read-awaited-request.js';

/** A request whose caller waits: its id, its keys, and how these are stored. */
export type AwaitedRequest = Awaited<ReturnType<typeof makeRequestKeys>>;

/** The same as far as its answer needs it. */
export type Attended = Pick<AwaitedRequest, 'id' | 'results'>;

/**
 * Refuses a record that IDA is not to be asked about. A one-time password or biometrics stand in for the fields that
 * are mandatory otherwise, but not for the UIN or VID.
 *
 * @throws Refusal with the code that the record would have in a result file
 */
export function checkAwaited(wish: AwaitedWish, rules: RecordRuleSettings, now: Date): void {
  const { options, record, factors } = wish;
  const needed = factors === undefined ? rules : { ...rules, mandatoryFields: [] };
  const check = checkRecord(compileMapping(options.mapping, options)(record), compileRules(needed, now));
  if (check.kind === 'invalid')
    throw new Refusal(400, [{ errorCode: check.code, errorMessage: check.message }]);
}

/** Takes a record in whose caller waits: sealed like a list of one, and made a request with its job in one transaction. */
@Injectable()
export class AwaitedIntake {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AwaitedStore) private readonly awaited: AwaitedStore,
    @Inject(RequestStore) private readonly requests: RequestStore,
    @Inject(Queues) private readonly queues: Queues,
    @Inject(Idempotency) private readonly idempotency: Idempotency,
    @Inject(KEKS) private readonly keks: KekProvider,
    @Inject(GATEWAY_CONFIG) private readonly config: Pick<GatewayConfig, 'syncWaitSecondsMax'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** A new one, of which nothing is stored yet. */
  async open(): Promise<AwaitedRequest> {
    return makeRequestKeys(randomUUID(), this.keks, this.clock());
  }

  /** One that an earlier call has made; undefined when its result is erased. */
  async reopen(id: string): Promise<Attended | undefined> {
    const request = await this.requests.find(id);
    const results = request === null ? undefined : await openRequestKey(request, 'results', this.keks);
    return results && { id, results };
  }

  /** @returns the request that an earlier call with the same key has made, if so: nothing is stored then. @throws ApiError MTS-REQ-006 */
  async submit(
    opened: AwaitedRequest,
    wish: AwaitedWish,
    owner: string,
    call: IdempotentCall | undefined,
  ): Promise<EarlierRequest | undefined> {
    const { id, kekId, wrappedInputKey, wrappedResultsKey, input, results } = opened;
    const { correlationId } = wish;
    const place = (column: string) => ({ table: 'record', column, requestId: id, line: 1 });
    const { referenceId } = compileMapping(wish.options.mapping, wish.options)(wish.record);
    const request = {
      id,
      owner,
      kekId,
      wrappedInputKey,
      wrappedResultsKey,
      input: 'json',
      output: 'json',
      sealedOptions: sealRequestOptions(id, this.optionsOf(wish), input),
      sealedCorrelation: correlationId === undefined ? null : sealCorrelation(id, correlationId, results),
      sealedInput: new RecordSealer(input).seal(
        place('sealed_input'),
        Buffer.from(stringifyExact(wish.record)),
      ),
      sealedReference:
        typeof referenceId === 'string'
          ? new RecordSealer(results).seal(place('sealed_reference'), Buffer.from(referenceId))
          : null,
    };
    const made = { requestId: id, kek: opened.kek };
    return this.database.transaction(async (tx) =>
      this.idempotency.once(call, made, tx, async () => {
        await this.awaited.submit(request, tx);
        await this.queues.post('sync', [{ message: { v: 1, requestId: id, n: 0 }, key: id }], tx);
        return undefined;
      }),
    );
  }

  private optionsOf({ options, factors, transactionId }: AwaitedWish): RequestOptions {
    const goodUntilMs = this.clock().getTime() + this.config.syncWaitSecondsMax * 1000;
    return {
      ...options,
      outputFormat: undefined,
      factors: factors && { ...factors, goodUntilMs },
      transactionId,
    };
  }
}
