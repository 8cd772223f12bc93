import { ApiError, errorText, isErrorCode, type OutcomeError, type ResultRow } from '@mts/domain';
import type { Hindrance } from '@mts/store';

import { type Envelope, envelope, type EnvelopeError } from '../http/envelope.js';

/** Tells the identifier beside an answer whose body has no place for it: clients of the original read the body as it is. */
export const REQUEST_IDENTIFIER_HEADER = 'request-identifier';

/** What a caller that waited is answered. */
export interface SyncAnswer {
  readonly status: number;
  readonly body: Envelope;
  /** Of the request that it is the answer of; absent where none is kept. */
  readonly requestId?: string;
  /** To be called when the answer is with the caller: no more than a grace period is left for what it was made of. */
  readonly handedOver?: () => void;
  /** It is the answer to an earlier call with the same Idempotency-Key. */
  readonly isReplay?: true;
}

/** What IDA said of the person, or why it said nothing: the latter must look neither like a token nor like a refusal. */
export function answerOf(row: ResultRow): SyncAnswer {
  const { token, refusal, errorCode, errorMessage } = row;
  if (token !== null) return { status: 200, body: envelope({ authStatus: true, authToken: token }) };
  if (refusal !== undefined)
    return { status: 200, body: envelope({ authStatus: false }, refusal.map(refusalText)) };
  const error: EnvelopeError = { errorCode: errorCode ?? '', errorMessage: errorMessage ?? '' };
  // Of the record itself there is more to say here only when the seeder's rules are not the gateway's.
  return { status: error.errorCode.startsWith('ATS-REQ-') ? 400 : 503, body: envelope(null, [error]) };
}

/** As the original's synchronous mode joins them. */
function refusalText({ code, message, action }: OutcomeError): EnvelopeError {
  return { errorCode: code, errorMessage: action === undefined ? message : `${message}. ${action}` };
}

/** It is still worked on: the caller can ask for the result later. */
export function goesOn(requestId: string): SyncAnswer {
  const { status, code, message } = new ApiError('MTS-SYNC-001', { requestId });
  return {
    status,
    requestId,
    body: envelope({ request_identifier: requestId }, [{ errorCode: code, errorMessage: message }]),
  };
}

/** It was cancelled or erased before an answer of IDA was known. @param asked whether IDA was, or may have been */
export function cancelled(asked: 'not asked' | 'maybe asked'): SyncAnswer {
  const { code, message } = new ApiError(asked === 'not asked' ? 'MTS-IDA-002' : 'MTS-IDA-005');
  return { status: 503, body: envelope(null, [{ errorCode: code, errorMessage: message }]) };
}

/** A seeder that is started again, and a hold of the one record, that nobody knows the end of. */
const RETRY_SECONDS = 30;

/** IDA could not be asked when the request was taken back, and can be now. */
export interface Withdrawn {
  readonly kind: 'withdrawn';
}

/** Nobody can be asked now, and nothing is kept of this call. */
export function refusalOf(hindrance: Hindrance | Withdrawn, now: Date): ApiError {
  if (hindrance.kind === 'no seeder')
    return new ApiError('MTS-SYS-003', { retryAfterSeconds: RETRY_SECONDS });
  if (hindrance.kind === 'withdrawn') {
    const problem = 'the record was taken back a moment ago, when nobody could be asked.';
    return new ApiError('MTS-SYNC-002', { problem, retryAfterSeconds: 1 });
  }
  const { kind, code, nextTryAt } = hindrance;
  // One that is tried again by itself is held for IDA's silence, which says nothing of the record as it stands.
  const isOfRecord = kind === 'request' && nextTryAt === null;
  const problem = isOfRecord
    ? `IDA refuses to be asked about this record as it stands (${code}), and about no other.`
    : whyNobodyIsAsked(code);
  const retryAfterSeconds =
    nextTryAt === null ? RETRY_SECONDS : Math.max(1, Math.ceil((nextTryAt.getTime() - now.getTime()) / 1000));
  return new ApiError('MTS-SYNC-002', { problem, retryAfterSeconds });
}

/** For whoever waits. What there is to be done about it, operators read in /health, the holds and the log. */
function whyNobodyIsAsked(code: string): string {
  const ofIda = 'IDA refuses all calls of this service until its operators have mended the cause';
  return `${isErrorCode(code) ? errorText(code) : ofIda} (${code}).`;
}
