import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';

/**
 * How MOSIP encrypts under a session key: AES-256-GCM without AAD, laid out as `ciphertext | tag(16) | IV(16)`, in
 * base64url (keymanager 1.2.0.1, CryptoCore.symmetricEncrypt). The IV has 16 bytes, not the usual 12.
 */
const CIPHER = 'aes-256-gcm';
const TAG_LENGTH_BYTES = 16;
const IV_LENGTH_BYTES = 16;

/** Encrypts under a fresh random IV. Without padding, which Java's decoder leaves open. */
export function encrypt(sessionKey: KeyObject, plaintext: Buffer): string {
  const iv = randomBytes(IV_LENGTH_BYTES);
  const cipher = createCipheriv(CIPHER, sessionKey, iv, { authTagLength: TAG_LENGTH_BYTES });
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([ciphertext, cipher.getAuthTag(), iv]).toString('base64url');
}

/** @throws when it was made under another key, or is not as it was made */
export function decrypt(sessionKey: KeyObject, bytes: Buffer): Buffer {
  const ciphertextLength = bytes.length - TAG_LENGTH_BYTES - IV_LENGTH_BYTES;
  const iv = bytes.subarray(-IV_LENGTH_BYTES);
  const decipher = createDecipheriv(CIPHER, sessionKey, iv, { authTagLength: TAG_LENGTH_BYTES });
  decipher.setAuthTag(bytes.subarray(ciphertextLength, -IV_LENGTH_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(0, ciphertextLength)), decipher.final()]);
}
