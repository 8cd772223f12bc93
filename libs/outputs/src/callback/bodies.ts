import { createHash } from 'node:crypto';

import { CallbackFault } from './fault.js';
import type { Body } from './wire.js';

/** What is sent in pieces, made anew as often as it is read. */
export type Pieces = () => AsyncIterable<string>;

export function jsonBody(text: string): Body {
  const bytes = Buffer.from(text);
  return { sizeBytes: bytes.length, bytes: () => bytes };
}

/** One array of the rows' JSON texts, joined as the original does (Python's `json.dumps`). */
export function jsonArray(rows: Pieces): Pieces {
  return async function* () {
    let before = '[';
    for await (const row of rows()) {
      yield before + row;
      before = ', ';
    }
    yield before === '[' ? '[]' : ']';
  };
}

/**
 * A file as the only part of a form (RFC 7578), with the bytes of the original: no type of its own, and the line ends of
 * CSV as LF, for it read its file as text.
 */
export function fileForm(file: Pieces, name: string, boundary: string): Pieces {
  const quoted = `"${escaped(name)}"`;
  return async function* () {
    yield `--${boundary}\r\nContent-Disposition: form-data; name=${quoted}; filename=${quoted}\r\n\r\n`;
    for await (const piece of file()) yield piece.replaceAll(/\r\n?/g, '\n');
    yield `\r\n--${boundary}--\r\n`;
  };
}

/** https://html.spec.whatwg.org/multipage/form-control-infrastructure.html, "multipart/form-data encoding algorithm". */
const ESCAPES: Readonly<Record<string, string>> = { '"': '%22', '\r': '%0D', '\n': '%0A' };

function escaped(name: string): string {
  return name.replaceAll(/["\r\n]/g, (found) => ESCAPES[found] ?? '');
}

/** A body up to this size is kept while it is sent; a larger one is made twice, and never whole in memory. */
const KEPT_SIZE_BYTES_MAX = 1024 * 1024;
/** Of a chunk; a row alone is not worth one. */
const CHUNK_SIZE_CHARS = 16_384;

/**
 * Reads a body once, to know its size before it is sent: many receivers take no chunked body (WSGI knows none, and Odoo
 * stands on it). A signature needs all of it before its first byte too.
 *
 * @param see is shown every byte, in order
 */
export async function measured(pieces: Pieces, see: (bytes: Buffer) => void): Promise<Body> {
  const kept: Buffer[] = [];
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of chunksOf(pieces)) {
    sizeBytes += chunk.length;
    hash.update(chunk);
    see(chunk);
    if (sizeBytes <= KEPT_SIZE_BYTES_MAX) kept.push(chunk);
    else kept.length = 0;
  }
  if (sizeBytes <= KEPT_SIZE_BYTES_MAX) {
    const whole = Buffer.concat(kept);
    return { sizeBytes, bytes: () => whole };
  }
  const digest = hash.digest();
  return { sizeBytes, bytes: () => sameAgain(chunksOf(pieces), digest) };
}

/** The last chunk is held back until it is known that all is as it was measured: a program may use the time of day. */
async function* sameAgain(chunks: AsyncIterable<Buffer>, digest: Buffer): AsyncIterable<Buffer> {
  const hash = createHash('sha256');
  let held: Buffer | undefined;
  for await (const chunk of chunks) {
    if (held !== undefined) yield held;
    hash.update(chunk);
    held = chunk;
  }
  if (!hash.digest().equals(digest)) throw new CallbackFault('final', 'MTS-DLV-110');
  if (held !== undefined) yield held;
}

async function* chunksOf(pieces: Pieces): AsyncIterable<Buffer> {
  let text = '';
  for await (const piece of pieces()) {
    text += piece;
    if (text.length < CHUNK_SIZE_CHARS) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (text !== '') yield Buffer.from(text);
}
