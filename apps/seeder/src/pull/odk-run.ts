import { type KekProvider, openRequestKey } from '@mts/crypto';
import {
  mandatoryFieldsOf,
  OdkPull,
  type OdkSource,
  openOdkOrder,
  openRequestOptions,
  type PullCounts,
  readOdkSource,
  type RequestOptions,
  type SealedBlock,
  sealInBlocks,
  type SealingSetup,
} from '@mts/inputs';
import type { OutboundGuard } from '@mts/platform';
import type { PullLease, Request } from '@mts/store';

import { RequestErasedError } from '../authenticate/record-book.js';

const CONNECT_TIMEOUT_MS = 10_000;
/** ODK Central can fall silent within an answer for good, its status long sent. nginx before it gives up after two minutes. */
const IDLE_TIMEOUT_MS = 60_000;

export interface OdkRunLimits {
  readonly recordsMax: number;
  /** See OdkAccess. */
  readonly retryDelaysMs?: readonly number[] | undefined;
  /** Default: a minute. */
  readonly idleTimeoutMs?: number | undefined;
}

/** One try to pull a form, with all that is needed to seal what comes. */
export class OdkRun {
  private constructor(
    readonly source: OdkSource,
    private readonly setup: SealingSetup,
    private readonly options: RequestOptions,
  ) {}

  /** @throws RequestErasedError, KekError, SealBrokenError; ApiError for a source that this version does not take */
  static async open(request: Request, lease: PullLease, keks: KekProvider, now: Date): Promise<OdkRun> {
    const [inputKey, resultsKey] = [
      await openRequestKey(request, 'input', keks),
      await openRequestKey(request, 'results', keks),
    ];
    if (inputKey === undefined || resultsKey === undefined || request.sealedOptions === null)
      throw new RequestErasedError(`The keys of request ${request.id} are erased`);
    const { config, rules } = openOdkOrder(request.id, lease.sealedSource, inputKey);
    return new OdkRun(
      readOdkSource(config),
      { requestId: request.id, inputKey, resultsKey, rules, now },
      openRequestOptions(request.id, request.sealedOptions, inputKey),
    );
  }

  /**
   * Pulls, and hands on what comes, checked and sealed.
   *
   * @throws OdkFault; what the signal was aborted for
   */
  async pull(
    guard: OutboundGuard,
    limits: OdkRunLimits,
    signal: AbortSignal,
    keep: (block: SealedBlock) => Promise<void>,
  ): Promise<PullCounts> {
    const { source, options } = this;
    const client = guard.client({
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      idleTimeoutMs: limits.idleTimeoutMs ?? IDLE_TIMEOUT_MS,
      bodySizeBytesMax: Infinity,
      ...(source.caPem === undefined ? {} : { caPem: source.caPem }),
    });
    const pull = new OdkPull({
      fetch: client.fetch,
      source,
      signal,
      mapping: options.mapping,
      mandatory: mandatoryFieldsOf(this.setup.rules),
      fields: options.outputFormat === undefined ? 'mapped' : 'all',
      recordsMax: limits.recordsMax,
      retryDelaysMs: limits.retryDelaysMs,
    });
    try {
      for await (const block of sealInBlocks(pull.batches(), this.setup, options)) await keep(block);
      return pull.counts;
    } finally {
      await client.close();
    }
  }
}
