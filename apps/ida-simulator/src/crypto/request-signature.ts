import { verify, type X509Certificate } from 'node:crypto';

import { decodeBase64Lenient, decodeBase64Strict, decodeBase64Url } from './java-base64.js';
import { isInForce, readCertificate, type TrustStore } from './trust.js';

/** What differs between versions of keymanager (`SignatureServiceImpl`). */
export interface RequestSignatureRules {
  /** How `x5c[0]` is decoded: by commons-codec, or by `java.util.Base64` (line 587 in 1.3.0). */
  readonly x5c: 'lenient' | 'strict';
  /** Whether certificates are remembered by the header's `x5t#S256`, and `x5c` not looked at again. */
  readonly certificates: 'read each time' | 'remembered by x5t#S256';
  /** jose4j refuses RSA keys below this (RFC 7518 section 3.3); 1.3.0 switches that off (`setDoKeyValidation`). */
  readonly shortestKeyBits: number;
}

/** Callers sign with one certificate for years; this bounds a test that makes up many. */
const MOST_REMEMBERED = 64;

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
  readonly #rules: RequestSignatureRules;
  /** Signers by header: the same in every call of a relying party. */
  readonly #signers = new Map<string, Signer>();
  /** keymanager 1.3.0's own memory: certificates by what a header claimed their `x5t#S256` to be. */
  readonly #certificates = new Map<string, X509Certificate>();

  constructor(trust: TrustStore, rules: RequestSignatureRules) {
    this.#trust = trust;
    this.#rules = rules;
  }

  verify(jws: string, body: string, now: Date): 'valid' | 'invalid' {
    const [header, , signature, ...more] = jws.split('.');
    if (header === undefined || signature === undefined || more.length > 0) return 'invalid';
    const signer = this.#signerOf(header);
    if (signer === undefined || !signer.path.every((certificate) => isInForce(certificate, now))) {
      return 'invalid';
    }
    const signed = `${header}.${Buffer.from(body, 'utf8').toString('base64url')}`;
    const bytes = decodeBase64Url(signature);
    if (bytes === undefined) return 'invalid';
    return verify('sha256', Buffer.from(signed), signer.certificate.publicKey, bytes) ? 'valid' : 'invalid';
  }

  #signerOf(header: string): Signer | undefined {
    const known = this.#signers.get(header);
    if (known !== undefined) return known;
    const certificate = this.#certificateOf(header);
    if (certificate === undefined || !this.#isFit(certificate)) return undefined;
    const path = this.#trust.pathOf(certificate);
    if (path === undefined) return undefined;
    return remember(this.#signers, header, { certificate, path });
  }

  /**
   * Only `x5c[0]` is read, as DER or as PEM text. Without `x5c` keymanager falls back on its own certificate, which did
   * not sign the request: the same refusal.
   */
  #certificateOf(header: string): X509Certificate | undefined {
    const { alg, x5c, 'x5t#S256': claimedThumbprint } = parseHeader(header);
    if (alg !== 'RS256') return undefined;
    const remembers = this.#rules.certificates === 'remembered by x5t#S256';
    if (!remembers || typeof claimedThumbprint !== 'string') return this.#read(x5c);
    const certificate = this.#certificates.get(claimedThumbprint) ?? this.#read(x5c);
    return certificate && remember(this.#certificates, claimedThumbprint, certificate);
  }

  #read(x5c: unknown): X509Certificate | undefined {
    if (this.#rules.x5c === 'lenient') {
      const text = firstOf(x5c);
      return text === undefined ? undefined : readCertificate(decodeBase64Lenient(text));
    }
    const text = typeof x5c === 'string' ? x5c : firstOf(x5c);
    const bytes = text === undefined ? undefined : decodeBase64Strict(text);
    return bytes && readCertificate(bytes);
  }

  #isFit({ publicKey: { asymmetricKeyType, asymmetricKeyDetails } }: X509Certificate): boolean {
    const bits = asymmetricKeyDetails?.modulusLength ?? 0;
    return asymmetricKeyType === 'rsa' && bits >= this.#rules.shortestKeyBits;
  }
}

/**
 * The certificate in a signature's header as IDA itself reads it, in every version with commons-codec
 * (id-authentication v1.2.0.1, `IdAuthFilter.getCertificateThumbprintFromSignatureData`).
 * @returns undefined if there is none; `no list` if `x5c` cannot be cast to one
 */
export function certificateInHeader(jws: string): X509Certificate | undefined | 'no list' {
  const { x5c } = parseHeader(jws.split('.')[0] ?? '');
  if (x5c !== undefined && !Array.isArray(x5c)) return 'no list';
  const text = firstOf(x5c);
  return text === undefined ? undefined : readCertificate(decodeBase64Lenient(text));
}

function firstOf(x5c: unknown): string | undefined {
  const first: unknown = Array.isArray(x5c) ? x5c[0] : undefined;
  return typeof first === 'string' ? first : undefined;
}

interface JwsHeader {
  readonly alg?: unknown;
  readonly x5c?: unknown;
  readonly 'x5t#S256'?: unknown;
}

function parseHeader(header: string): JwsHeader {
  const bytes = decodeBase64Url(header);
  if (bytes === undefined) return {};
  try {
    const parsed: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}

function remember<Value>(memory: Map<string, Value>, key: string, value: Value): Value {
  if (memory.size >= MOST_REMEMBERED) memory.clear();
  memory.set(key, value);
  return value;
}
