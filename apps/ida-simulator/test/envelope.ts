import {
  constants,
  createCipheriv,
  createHash,
  publicEncrypt,
  randomBytes,
  sign,
  type KeyObject,
  type X509Certificate,
} from 'node:crypto';

/**
 * The encrypted fields of a message in the standard form.
 * @param hashed what the hash is made of, if not of the plaintext
 */
export function sealed(
  plaintext: string,
  ida: X509Certificate,
  hashed = plaintext,
): Readonly<Record<string, string>> {
  const sessionKey = randomBytes(32);
  const encrypt = (text: string): string => {
    const iv = randomBytes(16);
    const cipher = createCipheriv('aes-256-gcm', sessionKey, iv);
    const parts = [cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag(), iv];
    return Buffer.concat(parts).toString('base64url');
  };
  const hash = createHash('sha256').update(hashed).digest('hex').toUpperCase();
  const oaep = { key: ida.publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
  return {
    thumbprint: createHash('sha256').update(ida.raw).digest('base64url'),
    requestSessionKey: publicEncrypt(oaep, sessionKey).toString('base64url'),
    requestHMAC: encrypt(hash),
    request: encrypt(plaintext),
  };
}

/** A compact JWS over `body`, without it. */
export function detachedJws(header: object, body: string, privateKey: KeyObject): string {
  const encoded = Buffer.from(JSON.stringify(header)).toString('base64url');
  const signed = `${encoded}.${Buffer.from(body).toString('base64url')}`;
  return `${encoded}..${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
}

/** The header of the standard form. */
export function headerOf(certificate: X509Certificate): object {
  return { alg: 'RS256', x5c: [certificate.raw.toString('base64')] };
}
