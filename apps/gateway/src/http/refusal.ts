import type { ApiError } from '@mts/domain';

import type { EnvelopeError } from './envelope.js';

/** An answer that says no, with one or more errors. What an {@link ApiError} becomes, and what crosses threads. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly status: number,
    readonly errors: readonly EnvelopeError[],
  ) {
    super(errors.map((error) => error.errorMessage).join('; '));
  }

  static of(error: ApiError): Refusal {
    return new Refusal(error.status, [{ errorCode: error.code, errorMessage: error.message }]);
  }

  /** Several at once; where they differ, the schema's status (422) goes before that of our own checks (400). */
  static ofAll(errors: readonly ApiError[]): Refusal {
    return new Refusal(
      Math.max(...errors.map((error) => error.status)),
      errors.flatMap((error) => Refusal.of(error).errors),
    );
  }
}
