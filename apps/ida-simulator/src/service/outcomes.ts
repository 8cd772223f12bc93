import type { IdaError } from './codes.js';

/** IDA throws here: whatever else was found is dropped, and this is the answer. */
export class ThrownByIda extends Error {
  override readonly name = 'ThrownByIda';

  constructor(readonly error: IdaError) {
    super(error.errorCode);
  }
}

/** IDA does not catch what goes wrong here (a NullPointerException, say): the container answers with HTTP 500. */
export class UncaughtInIda extends Error {
  override readonly name = 'UncaughtInIda';
}

/** No handler of IDA's takes the call: the container answers with HTTP 404. */
export class UnknownToIda extends Error {
  override readonly name = 'UnknownToIda';
}

/** IDA's own code loops without end here: no answer ever comes. */
export class EndlessInIda extends Error {
  override readonly name = 'EndlessInIda';
}
