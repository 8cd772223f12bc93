import type { Readable } from 'node:stream';

import { ApiError } from '@mts/domain';
import { mayBeAskedAgain } from '@mts/ida-client/ask-again';
import { parseJsonExact } from '@mts/inputs';

import { textOf } from '../ingest/ingest-items.js';
import { readBody, STALL_LIMIT_MS } from '../lists/upload.js';

const BODY_SIZE_BYTES_MAX = 65_536;

/** The codes that are to be asked again; undefined for all that may be. @throws ApiError ATS-REQ-102, MTS-REQ-003, MTS-REQ-005 */
export async function readRetryWish(body: Readable | undefined): Promise<readonly string[] | undefined> {
  const text = body === undefined ? '' : textOf(await readBody(body, BODY_SIZE_BYTES_MAX, STALL_LIMIT_MS));
  if (text.trim() === '') return undefined;
  const wish = parseJsonExact(text);
  if (typeof wish !== 'object' || wish === null || !('codes' in wish)) {
    throw new ApiError('ATS-REQ-102', { problem: 'give {"codes": […]}, or no body at all' });
  }
  const { codes } = wish;
  if (!Array.isArray(codes) || codes.length === 0 || !codes.every((code) => typeof code === 'string')) {
    throw wrong('a list of error codes is expected');
  }
  const refused = codes.filter((code) => !mayBeAskedAgain(code));
  // Named only where it looks like a code: what callers put here may be anything.
  const named = refused.filter((code) => /^[A-Z]{3}-[A-Z]{3}-\d{3}$/.test(code));
  if (refused.length > 0) throw wrong(`never asked again: ${named.join(', ') || 'what is no error code'}`);
  return codes;
}

function wrong(problem: string): ApiError {
  return new ApiError('ATS-REQ-102', { field: 'codes', problem });
}
