import { TextDecoder } from 'node:util';

/** What bytes came to. When they are no text, `text` is what stands before the first byte that cannot be decoded. */
export interface Decoded {
  readonly text: string;
  readonly isUndecodable: boolean;
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** Unicode 16.0, table 23-4. */
const BYTE_ORDER_MARKS: readonly (readonly [Encoding, Buffer])[] = [
  ['utf-8', Buffer.from([0xef, 0xbb, 0xbf])],
  ['utf-16le', Buffer.from([0xff, 0xfe])],
  ['utf-16be', Buffer.from([0xfe, 0xff])],
];
const LONGEST_MARK_BYTES = 3;
const NO_BYTES = Buffer.alloc(0);
const NOTHING: Decoded = { text: '', isUndecodable: false };

/**
 * Decodes a stream strictly: UTF-8, or UTF-16 if it says so by a byte order mark. An encoding is never guessed:
 * a wrong guess changes names without a sign. Not to be used on after `isUndecodable`.
 */
export class StrictDecoder {
  #encoding: Encoding | undefined;
  #decoder = strictDecoder('utf-8');
  /** Taken in and not text yet: the first bytes of the stream, or of a character. */
  #pending: Buffer = NO_BYTES;

  push(chunk: Uint8Array): Decoded {
    if (this.#encoding !== undefined) return this.#decode(chunk, this.#encoding);
    const start = Buffer.concat([this.#pending, chunk]);
    if (start.length >= LONGEST_MARK_BYTES) return this.#begin(start);
    this.#pending = start;
    return NOTHING;
  }

  /** After the last chunk. */
  end(): Decoded {
    const { text, isUndecodable } = this.#encoding === undefined ? this.#begin(this.#pending) : NOTHING;
    return { text, isUndecodable: isUndecodable || this.#pending.length > 0 };
  }

  #begin(start: Buffer): Decoded {
    const [encoding, mark] = BYTE_ORDER_MARKS.find(([, bytes]) => startsWith(start, bytes)) ?? [
      'utf-8',
      NO_BYTES,
    ];
    this.#encoding = encoding;
    this.#decoder = strictDecoder(encoding);
    this.#pending = NO_BYTES;
    return this.#decode(start.subarray(mark.length), encoding);
  }

  #decode(chunk: Uint8Array, encoding: Encoding): Decoded {
    const bytes = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    try {
      const text = this.#decoder.decode(chunk, { stream: true });
      const decodedBytes = encoding === 'utf-8' ? Buffer.byteLength(text) : text.length * 2;
      this.#pending = Buffer.from(bytes.subarray(decodedBytes));
      return { text, isUndecodable: false };
    } catch {
      // A TextDecoder that is `fatal` fails for one reason only.
      return { text: decodablePrefix(bytes, encoding), isUndecodable: true };
    }
  }
}

function strictDecoder(encoding: Encoding): TextDecoder {
  return new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
}

function startsWith(bytes: Buffer, mark: Buffer): boolean {
  return bytes.subarray(0, mark.length).equals(mark);
}

/** The text before the first bad byte; the decoder itself keeps to itself where it failed. */
function decodablePrefix(bytes: Uint8Array, encoding: Encoding): string {
  let text = '';
  let goodLength = 0;
  let badLength = bytes.length;
  while (badLength - goodLength > 1) {
    const length = (goodLength + badLength) >>> 1;
    try {
      text = strictDecoder(encoding).decode(bytes.subarray(0, length), { stream: true });
      goodLength = length;
    } catch {
      badLength = length;
    }
  }
  return text;
}
