import { createDecipheriv, createHash } from 'node:crypto';

import type { DecryptionKeys } from '../crypto/decryption-keys.js';
import { decryptSessionKey, thumbprintBytes } from '../crypto/envelope.js';

const TAG_BYTES = 16;
/** [cfg] `ida.salt.lastbytes.num`, `ida.aad.lastbytes.num`. */
const SALT_BYTES = 12;
const AAD_BYTES = 16;

/** What a template was encrypted with, as the block names it. */
export interface EncryptedTemplate {
  readonly thumbprint: string;
  readonly sessionKey: Buffer;
  readonly value: Buffer;
  readonly timestamp: string;
  readonly transactionId: string;
}

/**
 * Decrypts `bioValue`, AES-256-GCM as `ciphertext | tag (16)`: nonce and additional data are the last bytes of
 * timestamp XOR transactionId, the shorter of the two filled up with zero bytes in front (id-authentication v1.2.0.1,
 * `BytesUtil`, `IdAuthFilter.decipherBioData`).
 * @returns undefined if it was made for another key, or with something else
 */
export function decryptTemplate(encrypted: EncryptedTemplate, keys: DecryptionKeys): Buffer | undefined {
  const thumbprint = thumbprintBytes(encrypted.thumbprint);
  const key = thumbprint && keys.find(thumbprint);
  const sessionKey = key && decryptSessionKey(key.privateKey, encrypted.sessionKey);
  const end = encrypted.value.length - TAG_BYTES;
  if (sessionKey === undefined || end < 0) return undefined;
  const mask = xored(Buffer.from(encrypted.timestamp), Buffer.from(encrypted.transactionId));
  try {
    const decipher = createDecipheriv('aes-256-gcm', sessionKey, mask.subarray(-SALT_BYTES));
    decipher.setAAD(mask.subarray(-AAD_BYTES)).setAuthTag(encrypted.value.subarray(end));
    return Buffer.concat([decipher.update(encrypted.value.subarray(0, end)), decipher.final()]);
  } catch {
    // What cannot be decrypted is an answer here, and it must not say more than "no".
    return undefined;
  }
}

function xored(one: Buffer, other: Buffer): Buffer {
  const length = Math.max(one.length, other.length);
  const [left, right] = [one, other].map((bytes) =>
    Buffer.concat([Buffer.alloc(length - bytes.length), bytes]),
  );
  return Buffer.from(
    Array.from({ length }, (_unused, index) => (left?.[index] ?? 0) ^ (right?.[index] ?? 0)),
  );
}

export const HASH_OF_NOTHING = sha256(Buffer.alloc(0));

/** The `hash` of a block: it covers the template and the hash before it (`IdAuthFilter.validateHashBytes`). */
export function chainedHash(previous: Buffer, template: Buffer): Buffer {
  return sha256(Buffer.concat([previous, sha256(template)]));
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
