import { verify, type X509Certificate } from 'node:crypto';

import { decodeBase64Lenient, decodeBase64Url } from './java-base64.js';
import { isInForce, readCertificate, type TrustStore } from './trust.js';

/** jose4j refuses shorter RSA keys (`RsaKeyUtil`, RFC 7518 section 3.3). */
const SHORTEST_KEY_BITS = 2048;
/** Callers sign with one certificate for years; this bounds a test that makes up many. */
const MOST_KNOWN_SIGNERS = 64;

interface Signer {
  readonly certificate: X509Certificate;
  readonly path: readonly X509Certificate[];
}

/**
 * Verifies the `Signature` header of a request: a compact JWS whose payload is the body itself
 * (keymanager 1.2.0.1 `SignatureServiceImpl.jwtVerify`). What stands between the two dots is not looked at.
 */
export class RequestSignatureVerifier {
  readonly #trust: TrustStore;
  readonly #signers = new Map<string, Signer | undefined>();

  constructor(trust: TrustStore) {
    this.#trust = trust;
  }

  /** @returns the signer's certificate, or undefined if anything about the signature is wrong */
  verify(jws: string, body: string, now: Date): X509Certificate | undefined {
    const [header, , signature, ...more] = jws.split('.');
    if (header === undefined || signature === undefined || more.length > 0) return undefined;
    const signer = this.#signerOf(header);
    if (signer === undefined || !signer.path.every((certificate) => isInForce(certificate, now))) {
      return undefined;
    }
    const signed = `${header}.${Buffer.from(body, 'utf8').toString('base64url')}`;
    const bytes = decodeBase64Url(signature);
    if (bytes === undefined) return undefined;
    return verify('sha256', Buffer.from(signed), signer.certificate.publicKey, bytes)
      ? signer.certificate
      : undefined;
  }

  /** A header's certificate and path, remembered: they are the same in every call of a relying party. */
  #signerOf(header: string): Signer | undefined {
    if (!this.#signers.has(header)) {
      if (this.#signers.size >= MOST_KNOWN_SIGNERS) this.#signers.clear();
      this.#signers.set(header, this.#readSigner(header));
    }
    return this.#signers.get(header);
  }

  #readSigner(header: string): Signer | undefined {
    const certificate = certificateOf(header);
    if (certificate === undefined || !isStrongRsaKey(certificate)) return undefined;
    const path = this.#trust.pathOf(certificate);
    return path && { certificate, path };
  }
}

/**
 * Only `x5c[0]` is read, by keymanager 1.2.x with a decoder that takes line breaks and PEM text as well as DER.
 * Without `x5c` keymanager falls back on its own certificate and then finds no trust: the same refusal.
 */
function certificateOf(header: string): X509Certificate | undefined {
  const { alg, x5c } = parseHeader(header);
  const first: unknown = Array.isArray(x5c) ? x5c[0] : undefined;
  if (alg !== 'RS256' || typeof first !== 'string') return undefined;
  return readCertificate(decodeBase64Lenient(first));
}

function parseHeader(header: string): { readonly alg?: unknown; readonly x5c?: unknown } {
  const bytes = decodeBase64Url(header);
  if (bytes === undefined) return {};
  try {
    const parsed: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}

function isStrongRsaKey(certificate: X509Certificate): boolean {
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
  return asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= SHORTEST_KEY_BITS;
}
