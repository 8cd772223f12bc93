import { ApiError, type JsonValue, isAbsent, isList, isObject } from '@mts/domain';
import {
  parseJsonExact,
  readCsv,
  recordsOf,
  type RequestOptions,
  type SealedBlock,
  sealInBlocks,
  type SealingSetup,
} from '@mts/inputs';

import { assertHandedOverInOneGo } from './handed-over.js';

/** What a JSON request holds in `authdata`; the list itself stays where it was parsed. */
export type AuthdataShape = 'absent' | 'empty list' | 'list' | 'object' | 'other';

/** The request without its list, to be checked before the list is looked at. */
export interface EnvelopeItem {
  readonly kind: 'envelope';
  readonly envelope: JsonValue;
  readonly authdata: AuthdataShape;
  /** The one object in `authdata`, where there is one. */
  readonly person?: Readonly<Record<string, JsonValue>>;
}

export type IngestItem = EnvelopeItem | ({ readonly kind: 'block' } & SealedBlock);

/**
 * Takes a JSON request apart: first its envelope, then, once somebody has read from it how the records are to be mapped,
 * its records.
 *
 * @throws ApiError ATS-REQ-102, MTS-REQ-003 while iterating
 */
export async function* ingestJson(
  body: Uint8Array,
  setup: SealingSetup,
  options: () => Promise<RequestOptions>,
): AsyncGenerator<IngestItem, void, undefined> {
  const { envelope, authdata } = detachList(jsonOf(body));
  assertHandedOverInOneGo(envelope, authdata, body.length);
  const person = isObject(authdata) ? { person: authdata } : {};
  yield { kind: 'envelope', envelope, authdata: shapeOf(authdata), ...person };
  if (isList(authdata)) yield* blocks([recordsOf(authdata)], setup, await options());
}

/**
 * Takes a CSV file apart.
 *
 * @throws ApiError ATS-REQ-102, MTS-CSV-001 while iterating
 */
export async function* ingestCsv(
  file: AsyncIterable<Uint8Array>,
  delimiter: string | undefined,
  setup: SealingSetup,
  options: RequestOptions,
): AsyncGenerator<IngestItem, void, undefined> {
  yield* blocks(readCsv(file, { delimiter }), setup, options);
}

async function* blocks(
  batches: Parameters<typeof sealInBlocks>[0],
  setup: SealingSetup,
  options: RequestOptions,
): AsyncGenerator<IngestItem, void, undefined> {
  for await (const block of sealInBlocks(batches, setup, options)) yield { kind: 'block', ...block };
}

/** The JSON of a body; null is none, as in the original. @throws ApiError ATS-REQ-102 */
export function jsonOf(body: Uint8Array): JsonValue {
  const json = body.length === 0 ? null : parseJsonExact(textOf(body));
  if (json === null) throw new ApiError('ATS-REQ-102', { problem: 'missing request body' });
  return json;
}

/** RFC 8259 §8.1: UTF-8, and a byte order mark may be ignored. Never guessed. */
export function textOf(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    // A TextDecoder that is `fatal` fails for one reason only.
    throw new ApiError('ATS-REQ-102', { problem: 'the body is not UTF-8' });
  }
}

function detachList(parsed: JsonValue): { envelope: JsonValue; authdata: JsonValue | undefined } {
  const request = isObject(parsed) ? parsed['request'] : undefined;
  if (!isObject(parsed) || !isObject(request)) return { envelope: parsed, authdata: undefined };
  const { authdata, ...rest } = request;
  return { envelope: { ...parsed, request: rest }, authdata };
}

function shapeOf(authdata: JsonValue | undefined): AuthdataShape {
  if (isAbsent(authdata)) return 'absent';
  if (isList(authdata)) return authdata.length === 0 ? 'empty list' : 'list';
  return isObject(authdata) ? 'object' : 'other';
}
