import type { IncomingHttpHeaders } from 'node:http';

import { API_KEY_PREFIX } from '@mts/crypto';
import { ApiError } from '@mts/domain';

/** What a caller proves itself with, not yet checked. Never logged, never part of an error. */
export interface Credential {
  readonly kind: 'api-key' | 'token';
  readonly text: string;
}

/** RFC 6750 section 2.1; the scheme in any case (RFC 9110 section 11.1). */
const BEARER = /^bearer +([\w.~+/-]+=*) *$/i;

/**
 * Reads `Authorization: Bearer …` or `X-API-Key: …`. An address is never looked at: addresses end up in logs.
 *
 * @returns undefined when the call has neither
 * @throws ApiError MTS-AUTH-001 for what is neither
 */
export function readCredential(headers: IncomingHttpHeaders): Credential | undefined {
  const { authorization } = headers;
  const apiKey = headers['x-api-key'];
  if (authorization === undefined && apiKey === undefined) return undefined;
  if (authorization !== undefined && apiKey !== undefined) {
    throw new ApiError('MTS-AUTH-001', { problem: 'send either Authorization or X-API-Key, not both' });
  }
  if (typeof apiKey === 'string') return { kind: 'api-key', text: apiKey };
  const text = BEARER.exec(authorization ?? '')?.[1];
  if (text === undefined) {
    throw new ApiError('MTS-AUTH-001', { problem: 'send the key or token as Authorization: Bearer …' });
  }
  return { kind: text.startsWith(API_KEY_PREFIX) ? 'api-key' : 'token', text };
}
