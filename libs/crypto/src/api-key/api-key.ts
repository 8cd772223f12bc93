import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

const SECRET_BYTES = 32;

/**
 * `mts_<id>_<secret><checksum>`: the id of the key, a secret of 256 bits and the CRC-32 of all before it, in lower-case
 * hexadecimal. The prefix and the checksum let scanners find a key that was left somewhere, and us refuse a mistyped or
 * made-up one without asking the database.
 */
const FORM = /^mts_([0-9a-f]{32})_[0-9a-f]{64}[0-9a-f]{8}$/;
const CHECKSUM_LENGTH = 8;

/** Says whose credential it is, before anything is known of it. */
export const API_KEY_PREFIX = 'mts_';

/** What can be told of a key without the database. */
export interface ReadApiKey {
  /** A UUID. */
  readonly id: string;
  readonly hash: Buffer;
}

/** A key that was just made. Its text is shown once and never stored. */
export interface MadeApiKey extends ReadApiKey {
  readonly text: string;
}

export function makeApiKey(): MadeApiKey {
  const id = randomUUID();
  const body = `${API_KEY_PREFIX}${id.replaceAll('-', '')}_${randomBytes(SECRET_BYTES).toString('hex')}`;
  const text = `${body}${checksumOf(body)}`;
  return { id, text, hash: hashOf(text) };
}

/** @returns undefined for what no key can be */
export function readApiKey(text: string): ReadApiKey | undefined {
  const id = FORM.exec(text)?.[1];
  if (id === undefined || checksumOf(text.slice(0, -CHECKSUM_LENGTH)) !== text.slice(-CHECKSUM_LENGTH)) {
    return undefined;
  }
  return { id: id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'), hash: hashOf(text) };
}

/** Takes as long whatever differs. */
export function isSameHash(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

/**
 * SHA-256 alone, without salt and work factor: these slow down guessing what people choose, and nobody guesses 256
 * random bits. So a call costs microseconds, and whoever reads the table learns nothing that opens anything.
 */
function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function checksumOf(text: string): string {
  return crc32(text).toString(16).padStart(CHECKSUM_LENGTH, '0');
}
