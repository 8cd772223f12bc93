import type { ErrorCode } from './errors/catalogue.js';

/** An error of IDA, or one of our catalogue, as it stands in a result row. */
export interface OutcomeError {
  /** `IDA-…` (verbatim) or a code of our catalogue. Never personal data. */
  readonly code: ErrorCode | (string & {});
  readonly message: string;
  /** What the person can do, where IDA says it (`actionMessage`). */
  readonly action?: string;
}

/** What IDA said of a person: an answer, whatever it is. A fault is thrown instead, as {@link IdaFault}. */
export type AuthOutcome =
  | { readonly kind: 'matched'; readonly token: string }
  | { readonly kind: 'refused'; readonly errors: readonly OutcomeError[] };

/** One row of a result, sealed at rest. The record's state says whether it is a token, an error or invalid. */
export interface ResultRow {
  readonly vid: string | null;
  readonly token: string | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  /** IDA's errors one by one, where somebody waits for them: of a person whom IDA refused, and of nobody else. */
  readonly refusal?: readonly OutcomeError[];
}

/**
 * Why a person could not be asked, or no usable answer came.
 *
 * - `record`: the answer is final for this person.
 * - `configuration`: every further call would fail alike until somebody mends the set-up.
 * - `transient`: asking again later can help.
 * - `client`: our own defect or clock; asking again as it stands cannot help.
 */
export const FAULT_CLASSES = ['record', 'configuration', 'transient', 'client'] as const;
export type FaultClass = (typeof FAULT_CLASSES)[number];

/** How far a code reaches: the whole profile (every caller), this request, or this record alone. */
export type FaultScope = 'profile' | 'request' | 'record';

/**
 * What IDA may have done with the call that failed.
 *
 * - `not-asked`: it never reached IDA, or IDA refused it before it looked the person up: safe to ask again.
 * - `unknown`: it may have been carried out (a VID used, the person texted): ask again at most once.
 */
export type FaultEffect = 'not-asked' | 'unknown';

export interface IdaFaultOptions extends ErrorOptions {
  /** IDA's `errorMessage`, verbatim. It may name a person: for sealed rows, never for a log or a hold. */
  readonly idaMessage?: string;
}

/** IDA could not be asked, or did not answer: never a statement about the person. */
export class IdaFault extends Error {
  override readonly name = 'IdaFault';
  /** Private, so that nothing which prints or serialises errors comes upon it. */
  readonly #idaMessage: string | undefined;

  constructor(
    readonly faultClass: Exclude<FaultClass, 'record'>,
    readonly scope: FaultScope,
    readonly effect: FaultEffect,
    /** The most specific code: IDA's own, or one of our catalogue for what the wire did. */
    readonly code: string,
    /** For operators; holds no personal data and no secret. */
    message: string,
    { idaMessage, ...options }: IdaFaultOptions = {},
  ) {
    super(message, options);
    this.#idaMessage = idaMessage;
  }

  /**
   * The call has failed without a word about anybody, and nothing tells yet whose failure that is: IDA's, of one list, or
   * of one person. Silence and 5xx; but also garbage, and faults of the set-up that IDA finds only after it has looked a
   * person up, where no preflight comes.
   */
  get saysNothing(): boolean {
    return this.faultClass === 'transient' || (this.scope === 'profile' && this.effect === 'unknown');
  }

  /** See {@link IdaFaultOptions}; undefined where the fault is not one that IDA has put into words. */
  get idaMessage(): string | undefined {
    return this.#idaMessage;
  }
}
