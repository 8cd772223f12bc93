import { randomUUID } from 'node:crypto';

import { type KekProvider, makeRequestKeys, type NewRequestKeys, sealCorrelation } from '@mts/crypto';
import {
  type InputId,
  type RecordRuleSettings,
  type RequestOptions,
  type SealingSetup,
  sealRequestOptions,
} from '@mts/inputs';
import { type CallbackTarget, sealCallbackTarget } from '@mts/outputs';
import type { Clock, Logger } from '@mts/platform';
import { postList, type Queues } from '@mts/queue';
import type {
  Database,
  DeliveryStore,
  NewRequest,
  RequestStore,
  SubmittedState,
  Transaction,
} from '@mts/store';

import type { EarlierRequest, Idempotency } from './idempotency.js';
import type { IdempotentCall } from './idempotent-call.js';
import type { IngestItem } from './ingest-items.js';

export interface IntakeParts {
  readonly database: Database;
  readonly requests: RequestStore;
  readonly deliveries: DeliveryStore;
  readonly queues: Pick<Queues, 'post'>;
  readonly keks: KekProvider;
  readonly idempotency: Idempotency;
  /** Until when the records as received are kept, see MTS_INPUT_KEPT. */
  readonly inputKept: 'results' | 'processing';
  readonly rules: RecordRuleSettings;
  readonly clock: Clock;
  /** See KEEP_ALIVE_MS. */
  readonly keepAliveMs: number;
  readonly logger: Logger;
}

/** What is made of a list besides its records. */
export interface ListPlan {
  /** Who the request will belong to, see Caller. */
  readonly owner: string;
  /** The id of a result format. */
  readonly output: string;
  /** How the records are mapped. */
  readonly records: RequestOptions;
  /** The caller's own id of the request. */
  readonly correlationId?: string | undefined;
  readonly eraseAfterDownload?: boolean;
  /** Where the results go; absent when they are only downloaded. */
  readonly delivery?: CallbackTarget | undefined;
  /** Nobody is asked about, and nothing is delivered. */
  readonly validateOnly?: boolean | undefined;
}

/** An upload shows this often that it goes on; well within the shortest MTS_UPLOAD_AGE_MINUTES_MAX. */
export const KEEP_ALIVE_MS = 15_000;

/** The request that a list becomes. @param inputKept see {@link IntakeParts.inputKept} */
export function newRequestOf(
  inputId: InputId,
  keys: NewRequestKeys,
  plan: ListPlan,
  inputKept: IntakeParts['inputKept'],
): NewRequest {
  const { id, kekId, wrappedInputKey, wrappedResultsKey, input, results } = keys;
  return {
    id,
    kekId,
    wrappedInputKey,
    wrappedResultsKey,
    owner: plan.owner,
    input: inputId,
    output: plan.output,
    keepsInput: plan.records.outputFormat !== undefined || inputKept === 'results',
    validateOnly: plan.validateOnly ?? false,
    sealedOptions: sealRequestOptions(id, plan.records, input),
    sealedCorrelation:
      plan.correlationId === undefined ? null : sealCorrelation(id, plan.correlationId, results),
    eraseAfterDownload: plan.eraseAfterDownload ?? false,
  };
}

/** The taking in of one list: from its begin to its becoming a request, or to its being discarded. */
export class Intake {
  readonly setup: SealingSetup;
  private total = 0;
  /** Whose receiver waits for the results, if one does. */
  private deliveryOwner: string | undefined;
  private keepingAlive: NodeJS.Timeout | undefined;
  private lastSign: Promise<void> | undefined;

  private constructor(
    private readonly input: InputId,
    private readonly keys: NewRequestKeys,
    private readonly parts: IntakeParts,
  ) {
    this.setup = {
      requestId: keys.id,
      inputKey: keys.input,
      resultsKey: keys.results,
      rules: parts.rules,
      now: parts.clock(),
    };
  }

  static async open(input: InputId, parts: IntakeParts): Promise<Intake> {
    return new Intake(input, await makeRequestKeys(randomUUID(), parts.keks, parts.clock()), parts);
  }

  get requestId(): string {
    return this.keys.id;
  }

  /** From here on there is something to discard. */
  async begin(plan: ListPlan): Promise<void> {
    const { id } = this.keys;
    await this.parts.requests.begin(newRequestOf(this.input, this.keys, plan, this.parts.inputKept));
    this.keepingAlive = setInterval(() => {
      // One at a time: only the last one is waited for at the end.
      this.lastSign ??= this.showLife().finally(() => {
        this.lastSign = undefined;
      });
    }, this.parts.keepAliveMs);
    if (plan.delivery === undefined || plan.validateOnly === true) return;
    const sealedTarget = sealCallbackTarget(id, plan.delivery, this.keys.results);
    await this.parts.deliveries.create(id, 'callback', sealedTarget);
    this.deliveryOwner = plan.owner;
  }

  async add(block: Extract<IngestItem, { kind: 'block' }>): Promise<void> {
    await this.parts.requests.addBlock(this.requestId, block.bytes);
    this.total += block.recordCount;
  }

  /**
   * Makes it a request that everybody sees, and wakes the seeders up, in one transaction.
   * @returns the request that an earlier call with the same key has made, if so: this one is to be discarded
   * @throws ApiError MTS-REQ-006
   */
  async submit(call: IdempotentCall | undefined): Promise<SubmittedState | EarlierRequest> {
    await this.stopShowingLife();
    const { requestId, input, total } = this;
    const { database, idempotency, logger } = this.parts;
    const made = { requestId, kek: this.keys.kek };
    const submitted = await database.transaction(async (tx) =>
      idempotency.once(call, made, tx, async () => this.submitIn(tx)),
    );
    if (typeof submitted === 'string') {
      logger.info('a list was taken in', { requestId, input, total, state: submitted });
    } else {
      logger.info('a list was taken in before', { requestId: submitted.requestId, input });
    }
    return submitted;
  }

  /**
   * Leaves nothing of it. What cannot be removed now is found by the sweep.
   * @param cause why it was not taken in; undefined for a list that was taken in before
   */
  async discard(cause?: string): Promise<void> {
    if (this.keepingAlive === undefined) return;
    await this.stopShowingLife();
    const { requestId } = this;
    try {
      await this.parts.requests.discard(requestId);
      if (cause !== undefined)
        this.parts.logger.info('a list was not taken in; nothing of it was kept', { requestId, cause });
    } catch (error) {
      this.parts.logger.warn('what a broken upload left could not be removed yet; it will be swept away', {
        requestId,
        error: error as Error,
      });
    }
  }

  private async submitIn(tx: Transaction): Promise<SubmittedState> {
    const { requestId, total, deliveryOwner: group } = this;
    const { requests, queues } = this.parts;
    const { state, ranges } = await requests.submit(requestId, total, tx);
    await postList(queues, requestId, ranges, tx);
    if (group !== undefined && state !== 'submitted')
      await queues.post('deliver', [{ message: { v: 1, requestId }, key: requestId, group }], tx);
    return state;
  }

  /** No sign of life may come after the end. */
  private async stopShowingLife(): Promise<void> {
    clearInterval(this.keepingAlive);
    await this.lastSign;
  }

  private async showLife(): Promise<void> {
    const { requestId } = this;
    try {
      await this.parts.requests.keepAlive(requestId);
    } catch (error) {
      this.parts.logger.warn('an upload could not show that it goes on', {
        requestId,
        error: error as Error,
      });
    }
  }
}
