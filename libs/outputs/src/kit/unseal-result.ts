import type { RecordSealer } from '@mts/crypto';
import { type ErrorCode, errorText, FINAL_RECORD_STATES, type ResultRow } from '@mts/domain';
import type { Request, ResultRecord } from '@mts/store';

import type { Result, ResultState } from './result.js';

/** The request of a record, as far as it says what the record's state means. */
export type ResultOwner = Pick<Request, 'id' | 'state' | 'validateOnly'>;

const NOTHING_KNOWN: ResultRow = { vid: null, token: null, errorCode: null, errorMessage: null };

/** Of a record of which something does not open any more; others follow it. */
export const UNREADABLE_RESULT: Result = {
  state: 'error',
  row: { vid: null, token: null, errorCode: 'MTS-IDA-007', errorMessage: errorText('MTS-IDA-007') },
};

/**
 * What became of a record, for whoever writes a result; without the caller's own id of it.
 *
 * A request that was cancelled has records that were not asked, or whose answer nobody knows: their rows say so. In one
 * that was only validated every record that is not invalid is `valid`.
 *
 * @throws SealBrokenError, and for a record of any other finished request that has no outcome
 */
export function unsealResult(record: ResultRecord, request: ResultOwner, sealer: RecordSealer): Result {
  return outcomeOf(record, rowOf(record, request.id, sealer), request);
}

/** The caller's own id of a record that brought one. @throws SealBrokenError */
export function unsealReference(
  { line, sealedReference }: ResultRecord,
  { id: requestId }: ResultOwner,
  sealer: RecordSealer,
): string | undefined {
  if (sealedReference === null) return undefined;
  const place = { table: 'record', column: 'sealed_reference', requestId, line };
  return sealer.open(place, sealedReference).toString();
}

function rowOf({ line, sealedOutcome }: ResultRecord, requestId: string, sealer: RecordSealer): ResultRow {
  if (sealedOutcome === null) return NOTHING_KNOWN;
  const place = { table: 'record', column: 'sealed_outcome', requestId, line };
  return JSON.parse(sealer.open(place, sealedOutcome).toString()) as ResultRow;
}

function outcomeOf(
  { line, state, sealedOutcome }: ResultRecord,
  row: ResultRow,
  request: ResultOwner,
): Result {
  if (isFinal(state) && sealedOutcome !== null) return { state, row };
  if (request.validateOnly && state === 'submitted') return { state: 'valid', row };
  if (request.state === 'cancelled' && !isFinal(state)) {
    const errorCode: ErrorCode = state === 'submitted' ? 'MTS-IDA-002' : 'MTS-IDA-005';
    return { state: 'error', row: { ...row, errorCode, errorMessage: errorText(errorCode) } };
  }
  throw new Error(`Line ${String(line)} of the finished request ${request.id} has no outcome`);
}

function isFinal(state: ResultRecord['state']): state is Exclude<ResultState, 'valid'> {
  return (FINAL_RECORD_STATES as readonly string[]).includes(state);
}
