import { type Entries, entry } from './entry.js';

/** Who calls, and how much. */
export const CALLER_CODES = {
  'MTS-AUTH-001': entry(
    401,
    ({ problem }) => problem ?? 'this call does not say who makes it; send an API key or an access token',
    'Send the API key or the access token in the header `Authorization: Bearer …`, or an API key in `X-API-Key: …`; an administrator makes keys.',
  ),
  'MTS-AUTH-002': entry(
    403,
    ({ roles }) =>
      ['this caller may not do that; ask the administrator for the role', roles?.join(' or ')]
        .join(' ')
        .trimEnd(),
    'The text and the documentation of each address say which role it needs.',
  ),
  'MTS-AUTH-003': entry(
    503,
    'the provider of the access token cannot be asked for its keys, so the token cannot be checked; try again in a moment',
    'Operators: check MTS_OIDC_ISSUER and the way there; the log of the gateway says what is wrong.',
  ),
  'MTS-AUTH-004': entry(
    404,
    'there is no API key of this id',
    'GET /authtoken/admin/api-keys lists those there are.',
  ),
  'MTS-AUTH-005': entry(
    409,
    'there is an API key of this name, and with its name a new one gets its requests; send "rotate": true if that is meant, else choose another name',
    'A key that replaces another one has its name; a caller of its own has a name that was never used.',
  ),
  'MTS-AUTH-006': entry(
    404,
    'there is no API key of this name, so there is none to rotate',
    'GET /authtoken/admin/api-keys lists those there are; for a new caller leave "rotate" out.',
  ),
  'MTS-LIMIT-001': entry(
    429,
    ({ problem, retryAfterSeconds }) =>
      `${problem ?? 'too many calls'}; try again in ${String(retryAfterSeconds ?? 1)} s`,
    'Wait as long as Retry-After says. The limits stand in docs/guide/callers.md; the operator can change them.',
  ),
} as const satisfies Entries;
