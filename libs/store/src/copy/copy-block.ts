/** One record as it is taken in. Buffers are sealed, see libs/crypto. */
export interface NewRecord {
  readonly line: number;
  readonly state: 'submitted' | 'invalid';
  readonly sealedInput: Buffer | null;
  readonly sealedOutcome: Buffer | null;
  readonly errorCode: string | null;
  readonly recordIndex: Buffer | null;
  /** Of a record that brought an id of its own. */
  readonly sealedReference?: Buffer | null;
}

/** The columns of a block, in order; see {@link CopyBlock}. */
export const COPY_COLUMNS = [
  'request_id',
  'line',
  'state',
  'sealed_input',
  'sealed_outcome',
  'error_code',
  'record_index',
  'sealed_reference',
] as const;

/** https://www.postgresql.org/docs/18/sql-copy.html, "Binary Format": signature, flags, length of the extension. */
const HEADER = Buffer.from('5047434f50590aff0d0a000000000000000000', 'hex');
const TRAILER = Buffer.from('ffff', 'hex');
const NULL_LENGTH = -1;
const FIRST_CAPACITY_BYTES = 64 * 1024;

/**
 * Records in the binary form of COPY: the cheapest way into a table by a factor of two (measured against
 * INSERT … unnest). Free of I/O, so that it can be filled in a worker thread and handed over as bytes.
 */
export class CopyBlock {
  private bytes = Buffer.allocUnsafe(FIRST_CAPACITY_BYTES);
  private used = 0;
  private readonly requestId: Buffer;
  private count = 0;

  constructor(requestId: string) {
    this.requestId = Buffer.from(requestId.replaceAll('-', ''), 'hex');
    this.raw(HEADER);
  }

  /** Records added so far. */
  get size(): number {
    return this.count;
  }

  add(record: NewRecord): void {
    this.reserve(2);
    this.used = this.bytes.writeInt16BE(COPY_COLUMNS.length, this.used);
    this.field(this.requestId);
    this.reserve(8);
    this.used = this.bytes.writeInt32BE(4, this.used);
    this.used = this.bytes.writeInt32BE(record.line, this.used);
    this.field(Buffer.from(record.state));
    this.field(record.sealedInput);
    this.field(record.sealedOutcome);
    this.field(record.errorCode === null ? null : Buffer.from(record.errorCode));
    this.field(record.recordIndex);
    this.field(record.sealedReference ?? null);
    this.count += 1;
  }

  /** The finished block. Nothing can be added afterwards. */
  finish(): Uint8Array<ArrayBuffer> {
    this.raw(TRAILER);
    // Memory of its own, not a window of a shared pool: it is moved to another thread.
    return new Uint8Array(this.bytes.subarray(0, this.used));
  }

  private field(value: Buffer | null): void {
    this.reserve(4);
    this.used = this.bytes.writeInt32BE(value === null ? NULL_LENGTH : value.length, this.used);
    if (value !== null) this.raw(value);
  }

  private raw(value: Buffer): void {
    this.reserve(value.length);
    value.copy(this.bytes, this.used);
    this.used += value.length;
  }

  private reserve(lengthBytes: number): void {
    if (this.used + lengthBytes <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.used + lengthBytes));
    this.bytes.copy(larger, 0, 0, this.used);
    this.bytes = larger;
  }
}
