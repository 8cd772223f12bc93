import { CATALOGUE, type ErrorCode, type ErrorDetails, errorText } from './catalogue.js';

/** A refusal that a caller reads in the envelope. Thrown; the gateway turns it into the answer. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly code: ErrorCode,
    details: ErrorDetails = {},
    /** Where one code has several statuses in the original (102: 400 for own checks, 422 for the schema). */
    status?: number,
  ) {
    super(errorText(code, details, status));
    this.retryAfterSeconds = details.retryAfterSeconds;
    const where = CATALOGUE[code].where;
    this.status = status ?? (where === 'record' ? 400 : where);
  }
}
