import { constants, createSecretKey, type KeyObject, privateDecrypt, publicEncrypt } from 'node:crypto';

/** RSA-OAEP with SHA-256 for label and, by OpenSSL's default, MGF1 too (keymanager 1.2.0.1, CryptoCore). */
const OAEP = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' } as const;

export function wrapSessionKey(publicKey: KeyObject, sessionKey: Buffer): string {
  return publicEncrypt({ key: publicKey, ...OAEP }, sessionKey).toString('base64url');
}

/** @throws when it was wrapped for another key */
export function unwrapSessionKey(privateKey: KeyObject, wrapped: Buffer): KeyObject {
  return createSecretKey(privateDecrypt({ key: privateKey, ...OAEP }, wrapped));
}
