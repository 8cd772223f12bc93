/** A connection would go to an address that is closed to callers; also through a name that resolves to it only now. Its message names no address. */
export class ForbiddenAddressError extends Error {
  override readonly name = 'ForbiddenAddressError';

  /** `problem`: the end of a sentence, see `OutboundGuard.problemOf`. */
  constructor(problem: string) {
    super(`The address ${problem}.`);
  }
}

/** An answer is larger than the client takes; the rest of it was not read. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';

  constructor(bodySizeBytesMax: number) {
    super(`The answer is larger than ${bodySizeBytesMax} bytes.`);
  }
}

/**
 * What lies at the bottom of an error of fetch, axios or a body's stream: the code of the system (`ECONNREFUSED`,
 * `ENOTFOUND`), of TLS (`CERT_HAS_EXPIRED`) or of undici (`UND_ERR_CONNECT_TIMEOUT`, `UND_ERR_HEADERS_TIMEOUT`,
 * `UND_ERR_BODY_TIMEOUT`, `UND_ERR_SOCKET`: broken off), else its name. A constant, so it can be shown; messages may hold an address.
 */
export function failureCode(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.cause instanceof Error) return failureCode(error.cause);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
