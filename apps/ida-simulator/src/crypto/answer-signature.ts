import { createHash, sign, type KeyObject, type X509Certificate } from 'node:crypto';

/** IDA's signing certificate (application `IDA`, reference `SIGN`) and its private key. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly certificate: X509Certificate;
}

/**
 * Signs answers as IDA does: a detached JWS (RFC 7515 appendix F) over the exact bytes of the body, RS256, with
 * `x5c`, `x5t#S256` and, in some versions, `kid` in the header (keymanager `SignatureServiceImpl.jwtSign`).
 */
export class AnswerSigner {
  readonly #privateKey: KeyObject;
  readonly #header: string;

  constructor({ privateKey, certificate }: SigningKey, keyId: 'sent' | 'not sent') {
    this.#privateKey = privateKey;
    const thumbprint = createHash('sha256').update(certificate.raw).digest('base64url');
    const header = {
      alg: 'RS256',
      x5c: [certificate.raw.toString('base64')],
      'x5t#S256': thumbprint,
      ...(keyId === 'sent' ? { kid: thumbprint } : {}),
    };
    this.#header = Buffer.from(JSON.stringify(header)).toString('base64url');
  }

  /** Signs on a thread of Node's pool, so that calls in flight share the processors. */
  async sign(body: string): Promise<string> {
    const payload = Buffer.from(body, 'utf8').toString('base64url');
    const signature = await new Promise<Buffer>((resolve, reject) => {
      sign('sha256', Buffer.from(`${this.#header}.${payload}`), this.#privateKey, (error, bytes) => {
        if (error) reject(error);
        else resolve(bytes);
      });
    });
    return `${this.#header}..${signature.toString('base64url')}`;
  }
}
