import { Readable } from 'node:stream';

import { ApiError } from '@mts/domain';
import type { FastifyRequest } from 'fastify';

import { VALUES_MAX } from '../ingest/handed-over.js';
import type { IdempotentCall } from '../ingest/idempotent-call.js';
import { INLINE_SIZE_BYTES_MAX, type JsonBody } from '../ingest/ingest.js';
import { readBody } from './upload.js';

export interface JsonBodyLimits {
  readonly jsonBodySizeBytesMax: number;
  /** See STALL_LIMIT_MS. */
  readonly stallLimitMs: number;
}

/** Biometrics of one person take some hundred KiB; they are not to wait for a thread that is busy with a long list. */
const READ_AT_ONCE_SIZE_BYTES_MAX = 1_048_576;

/**
 * The JSON body of a call, which is read when there is room for it.
 *
 * @param call what is read is added to it
 * @throws ApiError MTS-REQ-003, MTS-REQ-004, MTS-REQ-005, ATS-REQ-102
 */
export async function jsonBodyOf(
  request: FastifyRequest,
  { jsonBodySizeBytesMax: limit, stallLimitMs }: JsonBodyLimits,
  call: IdempotentCall | undefined,
): Promise<JsonBody> {
  const { body } = request;
  if (request.isMultipart()) throw new ApiError('MTS-REQ-004');
  if (!(body instanceof Readable)) throw new ApiError('ATS-REQ-102', { problem: 'missing request body' });
  // Absent for a body in chunks, whose size nobody knows before its end.
  const sizeBytes = Number(request.headers['content-length'] ?? Number.NaN);
  if (sizeBytes > limit) throw new ApiError('MTS-REQ-003', { limit });
  const read = async (): Promise<Uint8Array<ArrayBuffer>> => {
    const bytes = await readBody(body, limit, stallLimitMs);
    call?.add(bytes);
    return bytes;
  };
  if (sizeBytes <= INLINE_SIZE_BYTES_MAX) return { isSmall: true, read };
  if (!(sizeBytes <= READ_AT_ONCE_SIZE_BYTES_MAX)) return { isSmall: false, read };
  const bytes = await read();
  const isSmall = seemsToHoldOnePerson(bytes) && !mayHoldManyValues(bytes);
  return { isSmall, read: async () => Promise.resolve(bytes) };
}

/** Only says which thread reads it: what it holds is found out there. */
function seemsToHoldOnePerson(bytes: Uint8Array<ArrayBuffer>): boolean {
  return /"authdata"\s*:\s*\{/.test(Buffer.from(bytes.buffer).toString('latin1'));
}

/** RFC 8259 §2: before each value but the first of all stands one of these, in an object before its name. */
const BEFORE_VALUES: ReadonlySet<number> = new Set(Buffer.from('[{,'));

/** As {@link seemsToHoldOnePerson}: such marks may stand in texts too. */
function mayHoldManyValues(bytes: Uint8Array<ArrayBuffer>): boolean {
  let count = 0;
  for (const byte of bytes) if (BEFORE_VALUES.has(byte)) count += 1;
  return count > VALUES_MAX;
}
