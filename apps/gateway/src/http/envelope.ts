import { type ErrorCode, errorText } from '@mts/domain';

/** One error as it stands in an answer. */
export interface EnvelopeError {
  readonly errorCode: string;
  readonly errorMessage: string;
}

/** What every JSON answer is, whatever its status. */
export interface Envelope<R = unknown> {
  readonly id: string;
  readonly version: string;
  readonly metadata: Record<string, never>;
  /** The moment of the answer, UTC with milliseconds. */
  readonly responsetime: string;
  readonly errors: readonly EnvelopeError[] | null;
  readonly response: R | null;
}

export const ENVELOPE_ID = 'mosip.token.seeder';
/** The version of the original whose contract this is, not that of this program. */
export const ENVELOPE_VERSION = '1.1.0';

export function envelope<R>(response: R | null, errors: readonly EnvelopeError[] | null = null): Envelope<R> {
  return {
    id: ENVELOPE_ID,
    version: ENVELOPE_VERSION,
    metadata: {},
    responsetime: new Date().toISOString(),
    errors,
    response,
  };
}

export function envelopeError(code: ErrorCode): EnvelopeError {
  return { errorCode: code, errorMessage: errorText(code) };
}
