import {
  ApiError,
  type JsonValue,
  type ReceivedRecord,
  isAbsent,
  isObject,
  type JsonObject,
} from '@mts/domain';
import type { RequestOptions } from '@mts/inputs';

import type { EnvelopeItem } from '../ingest/ingest-items.js';
import { checked, type ListSettings, recordOptions, text } from '../lists/read-list-request.js';
import { AwaitedDto } from './awaited-request.js';

/** What proves the person beside demographics, or instead of them. */
export interface GivenFactors {
  readonly otp: string | undefined;
  readonly biometrics: readonly JsonValue[] | undefined;
}

/** One person whose answer its caller waits for, checked. */
export interface AwaitedWish {
  readonly record: ReceivedRecord;
  /** How the record is mapped. */
  readonly options: Omit<RequestOptions, 'outputFormat' | 'factors' | 'transactionId'>;
  readonly factors: GivenFactors | undefined;
  readonly transactionId: string | undefined;
  /** The caller's own id of the request. */
  readonly correlationId: string | undefined;
}

/** Fields of the request that may stand in its record instead. */
const FACTORS = ['otp', 'biometrics'] as const;
const TRANSACTION = 'transactionID';

/** Whether the caller waits for the answer, as what it hands in says. */
export function isAwaited({ envelope, authdata }: EnvelopeItem): boolean {
  const request = isObject(envelope) ? envelope['request'] : undefined;
  const deliveryType = isObject(request) ? request['deliverytype'] : undefined;
  // The original's list mode refuses this delivery type; its synchronous mode takes no list.
  if (authdata === 'list' || authdata === 'empty list') return false;
  // Whoever wants a callback does not look at the answer.
  return deliveryType === 'sync' || (authdata === 'object' && deliveryType !== 'callback');
}

/** @throws Refusal, ApiError ATS-REQ-102 */
export function readAwaitedRequest(item: EnvelopeItem, settings: ListSettings): AwaitedWish {
  const { envelope, authdata, person } = item;
  const { request } = checked(AwaitedDto, withFactorsOf(person ?? {}, envelope), 'person');
  if (authdata === 'absent') throw new ApiError('ATS-REQ-102', { problem: 'authdata missing' });
  if (request.validateOnly === true) {
    throw invalidField(
      'validateOnly',
      'for a list: hand one person in as a list of one to have it only checked',
    );
  }
  if (person === undefined) throw invalidField('authdata', 'value is not a valid dict', 422);
  const { biometrics = [] } = request;
  const [otp, transactionId] = [text(request.otp), text(request.transactionID)];
  const hasFactors = otp !== undefined || biometrics.length > 0;
  if (hasFactors && transactionId === undefined)
    throw invalidField(TRANSACTION, 'needed with otp or biometrics: the transaction that they were made for');
  return {
    record: without(person, [...FACTORS, TRANSACTION]),
    options: recordOptions(request, settings),
    factors: hasFactors ? { otp, biometrics: biometrics.length === 0 ? undefined : biometrics } : undefined,
    transactionId,
    correlationId: text(request.correlationId),
  };
}

/** The envelope with what stands in the record alone. A record may have a transaction of its own that is none of IDA's. */
function withFactorsOf(record: JsonObject, envelope: JsonValue): JsonValue {
  if (!isObject(envelope) || !isObject(envelope['request'])) return envelope;
  const { request } = envelope;
  const hasFactors = FACTORS.some((name) => !isAbsent(request[name]) || !isAbsent(record[name]));
  const moved = [...FACTORS, ...(hasFactors ? [TRANSACTION] : [])]
    .filter((name) => isAbsent(request[name]))
    .map((name) => [name, record[name] ?? null] as const);
  return { ...envelope, request: { ...request, ...Object.fromEntries(moved) } };
}

function invalidField(name: string, problem: string, status?: number): ApiError {
  return new ApiError('ATS-REQ-102', { field: `request.${name}`, problem }, status);
}

function without(record: JsonObject, names: readonly string[]): ReceivedRecord {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
}
