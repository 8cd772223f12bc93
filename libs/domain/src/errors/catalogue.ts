import type { ErrorDetails } from './entry.js';
import { CALLER_CODES } from './caller-codes.js';
import { DELIVERY_CODES } from './delivery-codes.js';
import { IDA_CODES } from './ida-codes.js';
import { ODK_CODES } from './odk-codes.js';
import { RECORD_CODES } from './record-codes.js';
import { REQUEST_CODES } from './request-codes.js';
import { SYSTEM_CODES } from './system-codes.js';

export type { ErrorDetails } from './entry.js';

/**
 * Every error that we can answer with: one stable code, its HTTP status, its text, what to do.
 * `ATS-REQ-…` are the original's (its documentation and version 1.1); `MTS-…` are ours.
 * A retired code stays here as a comment.
 */
export const CATALOGUE = {
  ...RECORD_CODES,
  ...REQUEST_CODES,
  ...ODK_CODES,
  ...DELIVERY_CODES,
  ...CALLER_CODES,
  ...SYSTEM_CODES,
  ...IDA_CODES,
};

export type ErrorCode = keyof typeof CATALOGUE;

/** Whether a code is of ours, and not of IDA's. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(CATALOGUE, code);
}

/** The text of a code as it goes on the wire. @param status where one code has several, see ApiError */
export function errorText(code: ErrorCode, details: ErrorDetails = {}, status?: number): string {
  return CATALOGUE[code].text(details, status);
}
