import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

import type { KeyEncryptionKey } from './kek-provider.js';

/** A request has two data keys, so that its input can be made unreadable before its results. */
export type RequestKeyPurpose = 'input' | 'results';
/** What a wrapped key is for. `idempotency`: a secret that many requests share, see {@link BlindIndex.ofIdempotency}. */
export type DataKeyPurpose = RequestKeyPurpose | 'idempotency';

const IV_LENGTH_BYTES = 12;
const TAG_LENGTH_BYTES = 16;
const KEY_LENGTH_BYTES = 32;
/** Enough to tell the records of one request apart; half the bytes of a full SHA-256 per row. */
const INDEX_LENGTH_BYTES = 16;

/** A wrapped data key that does not open with the key it names: a wrong or exchanged key-encryption key. */
export class DataKeyUnwrapError extends Error {
  override readonly name = 'DataKeyUnwrapError';
}

export function newDataKey(): KeyObject {
  const bytes = randomBytes(KEY_LENGTH_BYTES);
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}

/**
 * AES-256-GCM, `iv(12) | tag(16) | ciphertext(32)`; bound to the subject, the purpose and the wrapping key's id.
 *
 * @param subject the request's id, or that of a secret that requests share
 */
export function wrapDataKey(
  dataKey: KeyObject,
  kek: KeyEncryptionKey,
  subject: string,
  purpose: DataKeyPurpose,
): Buffer {
  const iv = randomBytes(IV_LENGTH_BYTES);
  const cipher = createCipheriv('aes-256-gcm', kek.key, iv, { authTagLength: TAG_LENGTH_BYTES });
  cipher.setAAD(context(kek, subject, purpose));
  const bytes = dataKey.export();
  const ciphertext = Buffer.concat([cipher.update(bytes), cipher.final()]);
  bytes.fill(0);
  return Buffer.concat([iv, cipher.getAuthTag(), ciphertext]);
}

/** @throws DataKeyUnwrapError */
export function unwrapDataKey(
  wrapped: Buffer,
  kek: KeyEncryptionKey,
  subject: string,
  purpose: DataKeyPurpose,
): KeyObject {
  const ivAndTagLength = IV_LENGTH_BYTES + TAG_LENGTH_BYTES;
  if (wrapped.length !== ivAndTagLength + KEY_LENGTH_BYTES) throw unwrapFailed(kek, subject);
  const decipher = createDecipheriv('aes-256-gcm', kek.key, wrapped.subarray(0, IV_LENGTH_BYTES), {
    authTagLength: TAG_LENGTH_BYTES,
  });
  decipher.setAAD(context(kek, subject, purpose));
  decipher.setAuthTag(wrapped.subarray(IV_LENGTH_BYTES, ivAndTagLength));
  const bytes = decipher.update(wrapped.subarray(ivAndTagLength));
  try {
    decipher.final();
  } catch {
    throw unwrapFailed(kek, subject);
  }
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}

function context(kek: KeyEncryptionKey, subject: string, purpose: DataKeyPurpose): Buffer {
  return Buffer.from(`mts/data-key/v1|${subject}|${purpose}|${kek.id}`);
}

function unwrapFailed(kek: KeyEncryptionKey, subject: string): DataKeyUnwrapError {
  return new DataKeyUnwrapError(
    `The data key of ${subject} does not open with the key-encryption key ${kek.id}`,
  );
}

/**
 * A keyed index: equal values give equal bytes, and without the key nothing can be tried against it
 * (a bare hash of a 10-digit UIN is searched through in seconds). The key is derived, never stored.
 */
export class BlindIndex {
  private readonly key: KeyObject;

  private constructor(secret: KeyObject, purpose: string) {
    // RFC 5869; the purpose keeps keys of one secret apart.
    this.key = createSecretKey(
      Buffer.from(hkdfSync('sha256', secret, '', `mts/blind-index/v1|${purpose}`, KEY_LENGTH_BYTES)),
    );
  }

  /** Finds the records of one request that have one Token ID; dies with the key of its results. */
  static ofTokens(resultsKey: KeyObject): BlindIndex {
    return new BlindIndex(resultsKey, 'token');
  }

  /** The same for requests that were begun before every request had an index of its own. */
  static ofTokensBefore(kek: KeyEncryptionKey, owner: string): BlindIndex {
    return new BlindIndex(kek.key, `token|${owner}`);
  }

  /** Finds identical records within one request, which share its input key. */
  static ofRecords(inputKey: KeyObject): BlindIndex {
    return new BlindIndex(inputKey, 'record');
  }

  /** Finds what one owner has handed in with an idempotency key; `content` tells whether it came with the same. */
  static ofIdempotency(secret: KeyObject, owner: string, of: 'key' | 'content'): BlindIndex {
    return new BlindIndex(secret, `idempotency-${of}|${owner}`);
  }

  of(value: string | Uint8Array): Buffer {
    return createHmac('sha256', this.key).update(value).digest().subarray(0, INDEX_LENGTH_BYTES);
  }
}
