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

  /** As the original tells of several: all that its schema refuses (422), or else the first thing that its own checks do. */
  static ofAll(errors: readonly [ApiError, ...ApiError[]]): Refusal {
    const ofSchema = errors.filter((error) => error.status === 422);
    const [first] = errors;
    return ofSchema.length === 0
      ? Refusal.of(first)
      : new Refusal(
          422,
          ofSchema.flatMap((error) => Refusal.of(error).errors),
        );
  }
}
