import {
  constants,
  createDecipheriv,
  createHash,
  createSecretKey,
  privateDecrypt,
  type KeyObject,
} from 'node:crypto';

import { decodeBase64Url } from './java-base64.js';

const SESSION_KEY_BYTES = 32;
const TAG_BYTES = 16;
/** keymanager 1.2.0.1 `CryptoCore.symmetricDecrypt`: the nonce is one AES block long and stands at the end. */
const IV_BYTES = 16;

/**
 * The session key out of `requestSessionKey`: RSA-OAEP with SHA-256 for the label and for MGF1
 * (keymanager 1.2.0.1 `CryptoCore.asymmetricDecrypt`).
 * @returns undefined if it was made for another key
 */
export function decryptSessionKey(privateKey: KeyObject, encrypted: Buffer): Buffer | undefined {
  const options = {
    key: privateKey,
    padding: constants.RSA_PKCS1_OAEP_PADDING,
    oaepHash: 'sha256',
  };
  const sessionKey = attempt(() => privateDecrypt(options, encrypted));
  return sessionKey?.length === SESSION_KEY_BYTES ? sessionKey : undefined;
}

/**
 * Opens `ciphertext | tag (16) | IV (16)`, AES-256-GCM without additional data.
 * @returns undefined if the tag does not fit
 */
export function decryptWithSessionKey(sessionKey: Buffer, encrypted: Buffer): Buffer | undefined {
  const end = encrypted.length - TAG_BYTES - IV_BYTES;
  if (end < 0) return undefined;
  const tag = encrypted.subarray(end, end + TAG_BYTES);
  const iv = encrypted.subarray(end + TAG_BYTES);
  return attempt(() => {
    // As a KeyObject: under a Buffer each decryption takes several times as long.
    const decipher = createDecipheriv('aes-256-gcm', createSecretKey(sessionKey), iv, {
      authTagLength: TAG_BYTES,
    });
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(encrypted.subarray(0, end)), decipher.final()]);
  });
}

/** What `requestHMAC` decrypts to: not an HMAC, but the upper-case hex SHA-256 of the plaintext. */
export function requestHash(plaintext: string): string {
  return createHash('sha256').update(plaintext, 'utf8').digest('hex').toUpperCase();
}

/**
 * A `thumbprint` field as bytes: hex, else base64url (IDA 1.2.0.1 `IdAuthSecurityManager.getBytesFromThumbprint`).
 * @returns undefined if it is neither
 */
export function thumbprintBytes(text: string): Buffer | undefined {
  const isHex = text.length % 2 === 0 && /^[0-9A-Fa-f]*$/.test(text);
  return isHex ? Buffer.from(text, 'hex') : decodeBase64Url(text);
}

/** OpenSSL throws on what cannot be decrypted; here that is an answer, and it must not say more than "no". */
function attempt(decrypt: () => Buffer): Buffer | undefined {
  try {
    return decrypt();
  } catch {
    return undefined;
  }
}
