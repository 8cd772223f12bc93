import type { Readable } from 'node:stream';

import { ApiError } from '@mts/domain';
import { mayBeAskedAgain } from '@mts/ida-client/ask-again';
import { parseJsonExact } from '@mts/inputs';

import { textOf } from '../ingest/ingest-items.js';
import { readBody, STALL_LIMIT_MS } from '../lists/upload.js';

const BODY_SIZE_BYTES_MAX = 65_536;

/** The form of the codes in rows. Nothing else is named in an answer: what callers put here may be anything. */
const CODE = /^[A-Z]{3}-[A-Z]{3}-\d{3}$/;

/** The codes that are to be asked again; undefined for all that may be. @throws ApiError ATS-REQ-102, MTS-REQ-003, MTS-REQ-005 */
export async function readRetryWish(body: Readable | undefined): Promise<readonly string[] | undefined> {
  const text = body === undefined ? '' : textOf(await readBody(body, BODY_SIZE_BYTES_MAX, STALL_LIMIT_MS));
  if (text.trim() === '') return undefined;
  const wish = parseJsonExact(text);
  const isObject = typeof wish === 'object' && wish !== null && !Array.isArray(wish);
  if (isObject && Object.keys(wish).length === 0) return undefined;
  if (!isObject || !('codes' in wish)) {
    throw new ApiError('ATS-REQ-102', { problem: 'give {"codes": […]}, or no body at all' });
  }
  const { codes } = wish;
  if (!Array.isArray(codes) || codes.length === 0 || !codes.every(isCode)) {
    throw wrong('a list of error codes such as MTS-IDA-001 is expected');
  }
  const refused = codes.filter((code) => !mayBeAskedAgain(code));
  if (refused.length === 0) return codes;
  throw wrong(`never asked again: ${refused.join(', ')}; hand such records in anew if they are still wanted`);
}

const isCode = (given: unknown): given is string => typeof given === 'string' && CODE.test(given);

function wrong(problem: string): ApiError {
  return new ApiError('ATS-REQ-102', { field: 'codes', problem });
}
