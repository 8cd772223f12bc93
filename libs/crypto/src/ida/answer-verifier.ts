import { verify, X509Certificate } from 'node:crypto';
import { isWithinDates, leadsToAnchor } from '../certificates/certificate-path.js';
import { isRsaOfEnoughBits } from './rsa-keys.js';

/** `absent`: IDA sent none, as it does when its own signing failed. `invalid`: whatever is wrong with it. */
export type SignatureVerdict = 'valid' | 'absent' | 'invalid';

/** `header..signature`, base64url without padding; the payload is detached (RFC 7515 appendix F). */
const DETACHED_JWS = /^([\w-]+)\.\.([\w-]+)$/;

/**
 * Verifies IDA's `response-signature` against pinned certificates: RS256 over the exact bytes of the answer.
 *
 * A pin is IDA's own signing certificate (application IDA, reference SIGN), or a CA certificate to which the header's
 * `x5c` must lead. Prefer the first: under a pinned CA every certificate that it issued can sign answers, those of
 * other partners included. The certificate in the header alone is never trusted.
 */
export class AnswerVerifier {
  /** @param now the clock that certificates' dates are judged by; default: the machine's */
  constructor(
    private readonly pins: readonly X509Certificate[],
    private readonly now: () => Date = () => new Date(),
  ) {}

  /**
   * @param body the answer as it was received, before any decoding
   * @param signature the header's value; never makes it throw
   */
  verify(body: Buffer, signature: string | undefined): SignatureVerdict {
    if (signature === undefined) return 'absent';
    const [, header, signatureValue] = DETACHED_JWS.exec(signature) ?? [];
    if (header === undefined || signatureValue === undefined) return 'invalid';
    try {
      return this.isSigned(body, header, signatureValue) ? 'valid' : 'invalid';
    } catch {
      // What node:crypto or JSON.parse cannot read of a header is the sender's fault: an expected outcome, not ours.
      return 'invalid';
    }
  }

  private isSigned(body: Buffer, header: string, signature: string): boolean {
    const path = certificatesOf(Buffer.from(header, 'base64url').toString());
    const [signer] = path;
    if (signer === undefined || !this.isTrusted(signer, path)) return false;
    const { publicKey } = signer;
    // 'RSA-SHA256' only chooses the hash: of an RSA-PSS key it would verify PS256, of an EC key ECDSA.
    if (!isRsaOfEnoughBits(publicKey)) return false;
    const signingInput = Buffer.from(`${header}.${body.toString('base64url')}`, 'ascii');
    return verify('RSA-SHA256', signingInput, publicKey, Buffer.from(signature, 'base64url'));
  }

  private isTrusted(signer: X509Certificate, path: readonly X509Certificate[]): boolean {
    const at = this.now();
    if (this.pins.some((pin) => pin.raw.equals(signer.raw))) return isWithinDates(signer, at);
    return leadsToAnchor(path, this.pins, at);
  }
}

/**
 * The certificates of a JOSE header, the signer's first (RFC 7515 §4.1.6); none if it is not a header to be accepted.
 * No extension is understood, so any `crit` refuses it (§4.1.11); nothing but RS256 is (as IDA signs).
 */
function certificatesOf(headerText: string): X509Certificate[] {
  const header: unknown = JSON.parse(headerText);
  if (typeof header !== 'object' || header === null) return [];
  const { alg, crit, x5c } = header as {
    readonly alg?: unknown;
    readonly crit?: unknown;
    readonly x5c?: unknown;
  };
  if (alg !== 'RS256' || crit !== undefined || !isListOfStrings(x5c)) return [];
  return x5c.map((certificate) => new X509Certificate(Buffer.from(certificate, 'base64')));
}

const isListOfStrings = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');
