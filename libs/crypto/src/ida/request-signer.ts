import { type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { certificateThumbprint } from '../certificates/certificate.js';
import type { PartnerKey } from '../pkcs12/partner-key.js';
import { isRsaOfEnoughBits, MIN_KEY_LENGTH_BITS } from './rsa-keys.js';

/** With a callback, crypto.sign works in libuv's thread pool. */
const signInPool = promisify(sign);

/**
 * The same key, as one that IDA takes signatures of.
 *
 * @throws when it is not RSA of 2048 bits or more; the text is for the operator
 */
export function signingKey(key: PartnerKey): PartnerKey {
  if (isRsaOfEnoughBits(key.privateKey)) return key;
  throw new Error(
    `The partner key cannot sign for IDA: it must be RSA of ${String(MIN_KEY_LENGTH_BITS)} bits or more`,
  );
}

/**
 * Signs requests for IDA's `Signature` header: RS256, compact JWS with detached payload, `header..signature`
 * (RFC 7515 appendix F), whose payload is the body in base64url.
 *
 * The header's `x5c` is the leaf alone, as base64 of DER on one line: keymanager 1.3.0 decodes it strictly, and Tomcat
 * takes 8 kB of headers. `x5t#S256` must fit it, for 1.3.0 looks there first.
 */
export class RequestSigner {
  private readonly privateKey: KeyObject;
  private readonly header: string;

  /** @throws when the key is not RSA of 2048 bits or more; the text is for the operator */
  constructor(partnerKey: PartnerKey) {
    const { privateKey, certificate } = signingKey(partnerKey);
    const thumbprint = certificateThumbprint(certificate).toString('base64url');
    const x5c = [certificate.raw.toString('base64')];
    const header = JSON.stringify({ alg: 'RS256', x5c, 'x5t#S256': thumbprint, kid: thumbprint });
    this.privateKey = privateKey;
    this.header = Buffer.from(header).toString('base64url');
  }

  /** @param body exactly the bytes that will be sent */
  async sign(body: Buffer): Promise<string> {
    const signingInput = Buffer.from(`${this.header}.${body.toString('base64url')}`, 'ascii');
    const signature = await signInPool('RSA-SHA256', signingInput, this.privateKey);
    return `${this.header}..${signature.toString('base64url')}`;
  }
}
