import { createHash, createSecretKey, type KeyObject, randomBytes, type X509Certificate } from 'node:crypto';
import { certificateThumbprint } from '../certificates/certificate.js';
import { isRsaOfEnoughBits, MIN_KEY_LENGTH_BITS } from './rsa-keys.js';
import { encrypt } from './session-cipher.js';
import { wrapSessionKey } from './session-key-wrapping.js';

/** The fields of an IDA request that hide its inner part, named as on the wire; all base64url without padding. */
export interface SealedRequest {
  /** The inner part, encrypted under the session key. */
  readonly request: string;
  /** Not an HMAC, in spite of its name: the SHA-256 of the inner part, encrypted under the session key. */
  readonly requestHMAC: string;
  /** The session key, encrypted for IDA. */
  readonly requestSessionKey: string;
  /** Which of its keys IDA needs: SHA-256 of the certificate. In this form every version of IDA reads it. */
  readonly thumbprint: string;
}

const SESSION_KEY_LENGTH_BYTES = 32;

/**
 * The same certificate, as one that a request can be sealed for.
 *
 * @throws when its key is not RSA of 2048 bits or more; the text is for the operator
 */
export function sealingCertificate(idaCertificate: X509Certificate): X509Certificate {
  if (isRsaOfEnoughBits(idaCertificate.publicKey)) return idaCertificate;
  throw new Error(
    `The IDA certificate has no RSA key of ${String(MIN_KEY_LENGTH_BITS)} bits or more: ` +
      'give the one of application IDA, reference PARTNER',
  );
}

/**
 * Seals the inner part of a request for IDA, each under a session key of its own (id-authentication 1.2.0.1,
 * IdAuthFilter.decipherRequest). IDA takes an envelope for 60 seconds only: seal when sending, never ahead.
 */
export class IdaEnvelope {
  private readonly publicKey: KeyObject;
  private readonly thumbprint: string;

  /**
   * @param idaCertificate of application IDA, reference PARTNER
   * @throws when its key is not RSA of 2048 bits or more; the text is for the operator
   */
  constructor(idaCertificate: X509Certificate) {
    this.publicKey = sealingCertificate(idaCertificate).publicKey;
    this.thumbprint = certificateThumbprint(idaCertificate).toString('base64url');
  }

  /** @param plaintext the inner part, exactly as IDA is to read it */
  seal(plaintext: Buffer): SealedRequest {
    const keyBytes = randomBytes(SESSION_KEY_LENGTH_BYTES);
    // As a KeyObject: under a Buffer each encryption takes five times as long.
    const sessionKey = createSecretKey(keyBytes);
    const hash = createHash('sha256').update(plaintext).digest('hex').toUpperCase();
    return {
      request: encrypt(sessionKey, plaintext),
      requestHMAC: encrypt(sessionKey, Buffer.from(hash, 'ascii')),
      requestSessionKey: wrapSessionKey(this.publicKey, keyBytes),
      thumbprint: this.thumbprint,
    };
  }
}
