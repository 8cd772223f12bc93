import {
  constants,
  createCipheriv,
  createHash,
  publicEncrypt,
  randomBytes,
  type X509Certificate,
} from 'node:crypto';

/**
 * What IDA seals of a person for a partner (IdAuthSecurityManager.encryptData, CryptoCore; id-authentication 1.1.5.5,
 * and 1.2.0 to 1.3.0). Written apart from @mts/crypto, so that both would have to err alike.
 */
export interface SealedIdentity {
  readonly identity: string;
  readonly sessionKey?: string;
  readonly thumbprint: string;
}

interface Parts {
  readonly key: Buffer;
  readonly data: Buffer;
  readonly thumbprint: Buffer;
}

function sealedParts(plaintext: string, { publicKey, raw }: X509Certificate): Parts {
  const sessionKey = randomBytes(32);
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-gcm', sessionKey, iv);
  const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
  return {
    key: publicEncrypt(
      { key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
      sessionKey,
    ),
    data: Buffer.concat([ciphertext, cipher.getAuthTag(), iv]),
    thumbprint: createHash('sha256').update(raw).digest(),
  };
}

/** From 1.2.0: the key in a field of its own, the thumbprint in hex. */
export function splitIdentity(plaintext: string, certificate: X509Certificate): SealedIdentity {
  const { key, data, thumbprint } = sealedParts(plaintext, certificate);
  return {
    sessionKey: key.toString('base64url'),
    identity: data.toString('base64url'),
    thumbprint: thumbprint.toString('hex').toUpperCase(),
  };
}

/** 1.1.x: key and data in one, the thumbprint in base64url. */
export function joinedIdentity(plaintext: string, certificate: X509Certificate): SealedIdentity {
  const { key, data, thumbprint } = sealedParts(plaintext, certificate);
  return {
    identity: Buffer.concat([key, Buffer.from('#KEY_SPLITTER#'), data]).toString('base64url'),
    thumbprint: thumbprint.toString('base64url'),
  };
}
