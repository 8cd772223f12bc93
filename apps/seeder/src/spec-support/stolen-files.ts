import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import {
  DataKeyUnwrapError,
  type KeyEncryptionKey,
  RecordSealer,
  type RequestKeyPurpose,
  SealBrokenError,
  unwrapDataKey,
} from '@mts/crypto';

/** XLOG_BLCKSZ, and the headers of a page, of which the first of a segment has a longer one (PostgreSQL 18, xlog_internal.h). */
const [WAL_PAGE_BYTES, WAL_HEADER_BYTES, WAL_LONG_HEADER_BYTES] = [8192, 24, 40];
/** See wrapDataKey. */
const WRAPPED_BYTES = 60;
/** Of a bytea of that length: in 4 bytes, or in one where the column's storage allows it (PostgreSQL 18, varatt.h). */
const WRAPPED_HEADERS = [Buffer.from([0, 1, 0, 0]), Buffer.from([0x7b])];
const SEALED_VERSION = 1;
/** Of what was sealed, `ver | iv | tag`. */
const SEALED_BYTES_MIN = 29;
const SEALED_BYTES_MAX = 8192;
const ZEROS = Buffer.alloc(4);

/** The files of a server's data directory, read as somebody would who has the disk and no password. */
export class StolenFiles {
  private constructor(private readonly contents: readonly Buffer[]) {}

  /** Tables, their TOAST tables and indexes, and whatever else stands there, without the write-ahead log. */
  static async tables(dataDir: string): Promise<StolenFiles> {
    const files = await filesOf(dataDir);
    return new StolenFiles(await readAll(files.filter((file) => !file.includes('/pg_wal/'))));
  }

  /** The write-ahead log, with its pages joined to one text. */
  static async log(dataDir: string): Promise<StolenFiles> {
    const segments = await readAll(await filesOf(join(dataDir, 'pg_wal')));
    return new StolenFiles(segments.map(withoutPageHeaders));
  }

  includes(bytes: Buffer): boolean {
    return this.contents.some((content) => content.includes(bytes));
  }

  /** What can be read of the records of a request with this key-encryption key: whatever looks like a key is tried. */
  readableWith(kek: KeyEncryptionKey, requestId: string, lines: readonly number[]): ReadonlySet<string> {
    const read = new Set<string>();
    for (const [purpose, column] of [
      ['input', 'sealed_input'],
      ['results', 'sealed_outcome'],
    ] as const) {
      for (const sealer of this.keys(kek, requestId, purpose)) {
        for (const sealed of this.sealedValues()) {
          for (const line of lines) {
            const text = tryToOpen(sealer, { table: 'record', column, requestId, line }, sealed);
            if (text !== undefined) read.add(text);
          }
        }
      }
    }
    return read;
  }

  private keys(
    kek: KeyEncryptionKey,
    requestId: string,
    purpose: RequestKeyPurpose,
  ): readonly RecordSealer[] {
    return this.contents.flatMap((content) =>
      WRAPPED_HEADERS.flatMap((header) =>
        placesOf(content, header).flatMap((at) => {
          const start = at + header.length;
          const candidate = content.subarray(start, start + WRAPPED_BYTES);
          return mayBeRandom(candidate) ? tryToUnwrap(candidate, kek, requestId, purpose) : [];
        }),
      ),
    );
  }

  private *sealedValues(): Generator<Buffer> {
    for (const content of this.contents) {
      for (const at of placesOf(content, Buffer.from([SEALED_VERSION]))) {
        if (!mayBeRandom(content.subarray(at, at + SEALED_BYTES_MIN))) continue;
        for (const length of [shortLength(content, at), longLength(content, at)]) {
          if (length < SEALED_BYTES_MIN || length > SEALED_BYTES_MAX) continue;
          yield content.subarray(at, at + length);
        }
      }
    }
  }
}

/** Length of a value whose header is the one byte before it, or the four bytes; 0 when it is none. */
function shortLength(content: Buffer, at: number): number {
  const header = at < 1 ? 0 : content.readUInt8(at - 1);
  return header % 2 === 1 ? (header >> 1) - 1 : 0;
}
function longLength(content: Buffer, at: number): number {
  const header = at < 4 ? 0 : content.readUInt32LE(at - 4);
  return header % 4 === 0 ? (header >>> 2) - 4 : 0;
}

/** Four zeros in a row, or letters alone, are all over the files and never in what is random: they need not be tried. */
function mayBeRandom(bytes: Buffer): boolean {
  return !bytes.includes(ZEROS) && bytes.some((byte) => byte >= 0x80);
}

function placesOf(content: Buffer, bytes: Buffer): number[] {
  const places: number[] = [];
  for (let at = content.indexOf(bytes); at !== -1; at = content.indexOf(bytes, at + 1)) places.push(at);
  return places;
}

function tryToUnwrap(
  candidate: Buffer,
  kek: KeyEncryptionKey,
  requestId: string,
  purpose: RequestKeyPurpose,
): readonly RecordSealer[] {
  try {
    return [new RecordSealer(unwrapDataKey(candidate, kek, requestId, purpose))];
  } catch (error) {
    if (error instanceof DataKeyUnwrapError) return [];
    throw error;
  }
}

function tryToOpen(
  sealer: RecordSealer,
  place: Parameters<RecordSealer['open']>[0],
  sealed: Buffer,
): string | undefined {
  try {
    return sealer.open(place, sealed).toString();
  } catch (error) {
    if (error instanceof SealBrokenError) return undefined;
    throw error;
  }
}

/** What was written over the border of a page stands in one piece then. */
function withoutPageHeaders(segment: Buffer): Buffer {
  const pages: Buffer[] = [];
  for (let at = 0; at < segment.length; at += WAL_PAGE_BYTES) {
    const header = at === 0 ? WAL_LONG_HEADER_BYTES : WAL_HEADER_BYTES;
    pages.push(segment.subarray(at + header, at + WAL_PAGE_BYTES));
  }
  return Buffer.concat(pages);
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** A file that the server removes meanwhile is none that is stolen. */
async function readAll(files: readonly string[]): Promise<Buffer[]> {
  const contents = await Promise.all(
    files.map(async (file) =>
      readFile(file).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
        return Buffer.alloc(0);
      }),
    ),
  );
  return contents;
}
