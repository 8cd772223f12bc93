import { randomUUID } from 'node:crypto';

import { type KekProvider, makeRequestKeys, type RequestKeys, type WrappedRequestKeys } from '@mts/crypto';
import { type InputId, type RecordRuleSettings, type RequestOptions, sealRequestOptions } from '@mts/inputs';
import type { Clock, Logger } from '@mts/platform';
import type { Queues } from '@mts/queue';
import type { Database, RequestStore, SubmittedState } from '@mts/store';

import type { IngestItem } from './ingest-items.js';
import type { SealingSetup } from './seal-records.js';

export interface IntakeParts {
  readonly database: Database;
  readonly requests: RequestStore;
  readonly queues: Pick<Queues, 'post'>;
  readonly keks: KekProvider;
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
}

/** An upload shows this often that it goes on; well within the shortest MTS_UPLOAD_AGE_MINUTES_MAX. */
export const KEEP_ALIVE_MS = 15_000;

/** The taking in of one list: from its begin to its becoming a request, or to its being discarded. */
export class Intake {
  readonly setup: SealingSetup;
  private total = 0;
  private keepingAlive: NodeJS.Timeout | undefined;
  private lastSign: Promise<void> | undefined;

  private constructor(
    private readonly input: InputId,
    private readonly keys: RequestKeys & WrappedRequestKeys,
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
    const { id, kekId, wrappedInputKey, wrappedResultsKey, input } = this.keys;
    await this.parts.requests.begin({
      id,
      kekId,
      wrappedInputKey,
      wrappedResultsKey,
      owner: plan.owner,
      input: this.input,
      output: plan.output,
      keepsInput: plan.records.outputFormat !== undefined,
      sealedOptions: sealRequestOptions(id, plan.records, input),
    });
    this.keepingAlive = setInterval(() => {
      // One at a time: only the last one is waited for at the end.
      this.lastSign ??= this.showLife().finally(() => {
        this.lastSign = undefined;
      });
    }, this.parts.keepAliveMs);
  }

  async add(block: Extract<IngestItem, { kind: 'block' }>): Promise<void> {
    await this.parts.requests.addBlock(this.requestId, block.bytes);
    this.total += block.recordCount;
  }

  /** Makes it a request that everybody sees, and wakes the seeders up, in one transaction. */
  async submit(): Promise<SubmittedState> {
    await this.stopShowingLife();
    const { requestId, input, total } = this;
    const { database, requests, queues, logger } = this.parts;
    const { state } = await database.transaction(async (tx) => {
      const submission = await requests.submit(requestId, total, tx);
      const jobs = submission.ranges.map((n) => ({
        message: { v: 1 as const, requestId, n },
        key: `${requestId}/${String(n)}`,
        group: requestId,
      }));
      await queues.post('authenticate', jobs, tx);
      return submission;
    });
    logger.info('a list was taken in', { requestId, input, total, state });
    return state;
  }

  /** Leaves nothing of it. What cannot be removed now is found by the sweep. */
  async discard(): Promise<void> {
    if (this.keepingAlive === undefined) return;
    await this.stopShowingLife();
    const { requestId } = this;
    try {
      await this.parts.requests.discard(requestId);
      this.parts.logger.info('an upload broke off; nothing of it was kept', { requestId });
    } catch (error) {
      this.parts.logger.warn('what a broken upload left could not be removed yet; it will be swept away', {
        requestId,
        error: error as Error,
      });
    }
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
