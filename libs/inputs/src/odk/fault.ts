import { type ErrorCode, type ErrorDetails, errorText } from '@mts/domain';

/**
 * Why a pull did not succeed. `final`: the source has to be changed, or what it says; to ask again is of no use. `again`:
 * an outage, a limit, an answer that broke off.
 */
export class OdkFault extends Error {
  override readonly name = 'OdkFault';
  /** What the server asks for, by Retry-After. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly kind: 'final' | 'again',
    readonly code: ErrorCode,
    details: ErrorDetails = {},
  ) {
    super(errorText(code, details));
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

const TIMEOUTS: ReadonlySet<string> = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
]);

/** OpenSSL's verdicts on a certificate as Node names them, and Node's own on its names. */
const UNTRUSTED = /CERT|ISSUER|SIGNATURE/;

/**
 * What a call that brought no whole answer has failed of. Nothing of the error's text is kept: it may name what is inside
 * the network.
 *
 * @param stage `answer`: the server had begun to answer
 * @throws the error itself, if it is none of the transport
 */
export function transportFault(error: unknown, stage: 'connection' | 'answer'): OdkFault {
  if (error instanceof OdkFault) return error;
  if (isForbidden(error)) return new OdkFault('final', 'MTS-ODK-010');
  const code = codeOf(error);
  if (code === undefined && !(error instanceof TypeError)) throw error;
  if (code !== undefined && TIMEOUTS.has(code)) return new OdkFault('again', 'MTS-ODK-102');
  if (stage === 'answer') return new OdkFault('again', 'MTS-ODK-104');
  const details = code === undefined ? {} : { problem: code };
  return new OdkFault('again', UNTRUSTED.test(code ?? '') ? 'MTS-ODK-106' : 'MTS-ODK-101', details);
}

/** What the guard of outbound calls throws; known by its name, so that no thread that reads lists needs an HTTP client. */
function isForbidden(error: unknown): boolean {
  return error instanceof Error && error.name === 'ForbiddenAddressError';
}

/** Of the innermost error: fetch wraps what happened. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.cause instanceof Error) return codeOf(error.cause) ?? ownCode(error);
  return ownCode(error);
}

function ownCode(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
