import type { ErrorCode } from '@mts/domain';
import { CALLBACK_METHODS, signingKey } from '@mts/outputs';
import { Transform } from 'class-transformer';

import { check, OWN, OWN_NAMING, SCHEMA } from '../lists/list-checks.js';
import { AUTH_TYPES } from './auth-types.js';

/** Blank values are seen as such: the original refuses them with codes of their own, other than what is left out. */
export const EmptyWhenBlank = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (value === false || value === null ? '' : value));

/** @param leftOut whether the code stands for what is left out too, where the original has it as optional */
export const IsGiven = (code: ErrorCode, leftOut?: 'also when it is left out'): PropertyDecorator =>
  check('isGiven', { ...OWN, code }, (value) => {
    if (value === undefined && leftOut === undefined) return undefined;
    return isBlank(value) ? 'cannot be empty' : undefined;
  });

export const IsAuthType = (): PropertyDecorator =>
  check('isAuthType', { ...OWN, code: 'ATS-REQ-027' }, (value) =>
    value === undefined || AUTH_TYPES.some((type) => type === value) ? undefined : 'is not supported',
  );

/** As far as pydantic looks at it; where it leads is the guard's to judge. */
export const IsUrl = (): PropertyDecorator =>
  check('isUrl', SCHEMA, (value) => {
    if (isBlank(value)) return undefined;
    if (typeof value !== 'string') return 'str type expected';
    return /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? undefined : 'invalid or missing URL scheme';
  });

export const IsMethod = (): PropertyDecorator =>
  check('isMethod', OWN_NAMING, (value) =>
    value === undefined || CALLBACK_METHODS.some((method) => method === methodOf(value))
      ? undefined
      : `one of ${CALLBACK_METHODS.join(', ')} is expected`,
  );

/** In any case, as the original has it. */
export function methodOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.toUpperCase() : undefined;
}

const TIMEOUT_SECONDS_MAX = 600;

export const IsTimeout = (): PropertyDecorator =>
  check('isTimeout', OWN_NAMING, (value) => {
    const seconds = value === undefined ? 1 : wholeNumber(value);
    return seconds === undefined || (seconds >= 1 && seconds <= TIMEOUT_SECONDS_MAX)
      ? undefined
      : `a number of seconds from 1 to ${String(TIMEOUT_SECONDS_MAX)} is expected`;
  });

export const IsWholeNumber = (): PropertyDecorator =>
  check('isWholeNumber', SCHEMA, (value) =>
    value === undefined || wholeNumber(value) !== undefined ? undefined : 'value is not a valid integer',
  );

/** As pydantic 1 reads an int: a number without its fraction, or digits. */
export function wholeNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Math.trunc(value);
  return typeof value === 'string' && /^\s*[+-]?\d{1,15}\s*$/.test(value) ? Number(value) : undefined;
}

/** As pydantic 1 reads a bool (pydantic/validators.py, BOOL_TRUE and BOOL_FALSE). */
const TRUE: ReadonlySet<unknown> = new Set([true, 1, '1', 'on', 't', 'true', 'y', 'yes']);
const FALSE: ReadonlySet<unknown> = new Set([false, 0, '0', 'off', 'f', 'false', 'n', 'no']);

export const IsFlag = (): PropertyDecorator =>
  check('isFlag', SCHEMA, (value) =>
    value === undefined || flagOf(value) !== undefined ? undefined : 'value could not be parsed to a boolean',
  );

export function flagOf(value: unknown): boolean | undefined {
  const word = typeof value === 'string' ? value.toLowerCase() : value;
  if (TRUE.has(word)) return true;
  return FALSE.has(word) ? false : undefined;
}

/** RFC 9110, 5.6.2 (token) and 5.5 (field values): nothing that could begin another header. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}$/;
const HEADER_VALUE = /^[\t\x20-\x7e\u0080-\u00ff]{0,8192}$/;
/** They say where a message goes and where it ends (RFC 9110, 7.6.1; RFC 9112, 6), which is not the caller's to say. */
const OURS =
  /^(?:host|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|content-length|expect)$/i;
const HEADERS_MAX = 100;

export const IsHeaders = (): PropertyDecorator =>
  check('isHeaders', OWN_NAMING, (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const entries = Object.entries(value);
    if (entries.length > HEADERS_MAX) return `at most ${String(HEADERS_MAX)} headers are expected`;
    if (!entries.every(([name]) => HEADER_NAME.test(name))) return 'the name of a header is not valid';
    if (entries.some(([name]) => OURS.test(name)))
      return 'headers that say where a message goes or ends cannot be given';
    return entries.every(([, text]) => isBlank(text) || isHeaderValue(text))
      ? undefined
      : 'the value of a header must be a text without line ends';
  });

function isHeaderValue(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && HEADER_VALUE.test(value));
}

export const IsSigningSecret = (): PropertyDecorator =>
  check('isSigningSecret', OWN_NAMING, (value) =>
    value === undefined || (typeof value === 'string' && signingKey(value) !== undefined)
      ? undefined
      : 'whsec_ and 24 to 64 bytes in base64 are expected',
  );

/** What Odoo and Python write for nothing. */
export function isBlank(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === undefined || value === null || value === false || value === '' || value === 0;
}
