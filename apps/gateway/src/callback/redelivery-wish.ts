import { Readable } from 'node:stream';

import { ApiError } from '@mts/domain';
import { parseJsonExact } from '@mts/inputs';
import type { FastifyRequest } from 'fastify';

import { toInstance } from '../http/to-instance.js';
import { textOf } from '../ingest/ingest-items.js';
import { readBody, STALL_LIMIT_MS } from '../lists/upload.js';
import { RedeliveryDto } from './redelivery-dto.js';

/** As many headers, as long as they may be, fit in. */
export const REDELIVERY_SIZE_BYTES_MAX = 1_048_576;

/**
 * What a caller says of the delivery that it asks for again; nothing of it is checked yet.
 *
 * @throws ApiError ATS-REQ-102, MTS-REQ-003, MTS-REQ-004, MTS-REQ-005
 */
export async function readRedeliveryWish(request: FastifyRequest): Promise<RedeliveryDto> {
  if (request.isMultipart()) throw new ApiError('MTS-REQ-004');
  const { body } = request;
  if (!(body instanceof Readable)) return {};
  const text = textOf(await readBody(body, REDELIVERY_SIZE_BYTES_MAX, STALL_LIMIT_MS));
  if (text.trim() === '') return {};
  const wish = parseJsonExact(text);
  if (typeof wish !== 'object' || wish === null || Array.isArray(wish) || !Object.keys(wish).every(isKnown)) {
    throw new ApiError('ATS-REQ-102', { problem: 'give {"callbackProperties": {…}}, or no body at all' });
  }
  return toInstance(RedeliveryDto, wish);
}

function isKnown(name: string): boolean {
  return name === 'callbackProperties';
}
