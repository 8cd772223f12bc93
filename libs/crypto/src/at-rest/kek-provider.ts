import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** A key that wraps data keys. */
export interface KeyEncryptionKey {
  /** Stands beside every data key that it wraps; not secret. */
  readonly id: string;
  readonly key: KeyObject;
}

/** Why a key-encryption key cannot be had. The text tells the operator what to do. */
export class KekError extends Error {
  override readonly name = 'KekError';
}

/** What a refusal for want of a key ends with. */
export const IF_LOST =
  'If it is lost for good, nothing that was sealed with it can be opened any more: see "When the key is lost" in docs/guide/looking-after-it.md for how to begin anew';

/**
 * Where key-encryption keys come from.
 *
 * - `static`: one mounted secret. What was erased in the tables cannot be opened; old WAL and backups can, for whoever
 *   holds the secret, until they are recycled.
 * - `directory`: one key a day in files outside the database. Once a day's key is destroyed, backups of that day
 *   cannot be opened either.
 */
export interface KekProvider {
  /** The key that new requests are wrapped with. */
  current(now: Date): Promise<KeyEncryptionKey>;
  /** @throws KekError when there is no such key (any more). */
  byId(id: string): Promise<KeyEncryptionKey>;
  /** Ids of the keys there are that started to serve before the given moment and serve no more, oldest first. */
  retiredBefore(moment: Date): Promise<readonly string[]>;
  /** Destroys a retired key for good, unless somebody else who looks after the same keys has. */
  destroy(id: string): Promise<Destruction>;
}

export type Destruction = 'destroyed' | 'gone already';

/** What a mounted file holds. Nothing of it is secret. */
export interface KekFile {
  readonly file: string;
  readonly id: string;
}

/** Keys that served once. They open what they have wrapped, until that is wrapped anew. */
export interface FormerKeks {
  /** Of day keys none: their ids tell their files. */
  readonly files: readonly KekFile[];
  find(id: string): Promise<KeyEncryptionKey | undefined>;
}

const KEK_LENGTH_BYTES = 32;

/** Reads a key as its file holds it: 32 bytes in base64 or hexadecimal, white space around it ignored. */
export function parseKek(text: string, where: string): KeyObject {
  const trimmed = text.trim();
  const bytes = /^[0-9a-f]{64}$/i.test(trimmed)
    ? Buffer.from(trimmed, 'hex')
    : Buffer.from(trimmed, 'base64');
  if (bytes.length !== KEK_LENGTH_BYTES) {
    throw new KekError(
      `${where} must hold one key of 32 bytes in base64 or hexadecimal, for example made by: openssl rand -base64 32`,
    );
  }
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}

/** A value that shows, without revealing it, that a key is the one the database was written with. */
export function checkValue(kek: KeyEncryptionKey): Buffer {
  return createHmac('sha256', kek.key).update(`mts/kek-check/v1|${kek.id}`).digest();
}
