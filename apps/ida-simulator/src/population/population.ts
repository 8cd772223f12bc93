import { closeSync, openSync, read, readSync } from 'node:fs';
import { promisify } from 'node:util';

import { IdIndex } from './id-index.js';
import { parsePerson, PersonError, TRANSACTIONS_ALLOWED, type Person, type Vid } from './person.js';

/** A person, and the VID that they were found by (undefined: found by the UIN or a handle). */
export interface Found {
  readonly person: Person;
  readonly vid: Vid | undefined;
}

/** A file that is no population: its message names the variable and the file, and says what is expected. */
export class PopulationError extends Error {
  override readonly name = 'PopulationError';

  /** @param what is wrong with the file, as "cannot be read" */
  constructor(file: string, what: string, options?: ErrorOptions) {
    super(
      `IDA_SIMULATOR_POPULATION names ${file}, ${what}. It must be a file with one person a line as a JSON object, such as the population.ndjson that npm run people writes.`,
      options,
    );
  }
}

const NEWLINE = 0x0a;
const READ_BYTES = 2 ** 20;

const readAsync = promisify(read);

/**
 * The people that the ID system knows, from an NDJSON file with one {@link Person} a line. The file stays open and a
 * person is read from it when asked for: in memory are an index of ids and where each line begins.
 */
export class Population {
  readonly #file: number;
  readonly #index = new IdIndex();
  /** Few people have any, and the index above holds digits alone. */
  readonly #handles = new Map<string, number>();
  /** Where each person's line begins, and where the last one ends. */
  readonly #offsets: number[] = [0];
  /** Transactions left of VIDs that were used; at 0 the VID is gone. */
  readonly #left = new IdIndex();

  private constructor(file: number) {
    this.#file = file;
  }

  /** @throws PopulationError if the file cannot be read, if a line (it is named) is no person, or if an id comes twice */
  static async load(path: string): Promise<Population> {
    let population: Population | undefined;
    try {
      population = new Population(openSync(path, 'r'));
      await population.#read();
      return population;
    } catch (error) {
      population?.close();
      throw refusal(path, error);
    }
  }

  get size(): number {
    return this.#offsets.length - 1;
  }

  /** Looks up a UIN, a VID or a handle; a VID that was used up is gone. */
  find(individualId: string): Found | undefined {
    const number = this.#index.get(individualId) ?? this.#handles.get(individualId);
    if (number === undefined || this.#left.get(individualId) === 0) return undefined;
    const person = parsePerson(this.#line(number));
    return { person, vid: person.vids.find(({ vid }) => vid === individualId) };
  }

  /** Takes one transaction off a limited VID (id-authentication v1.2.0.1 `IdServiceImpl.updateVIDstatus`). */
  consume({ vid, type }: Vid): void {
    const allowed = TRANSACTIONS_ALLOWED[type];
    if (allowed === undefined) return;
    this.#left.set(vid, (this.#left.get(vid) ?? allowed) - 1);
  }

  /** Makes every VID as it was before it was used. @returns how many had been used */
  restoreVids(): number {
    const restored = this.#left.size;
    this.#left.clear();
    return restored;
  }

  close(): void {
    closeSync(this.#file);
  }

  /** Through one buffer, which holds the beginning of a line until the rest of it is read. */
  async #read(): Promise<void> {
    let buffer = Buffer.alloc(READ_BYTES);
    let filledBytes = 0;
    for (;;) {
      if (filledBytes === buffer.length) buffer = Buffer.concat([buffer], 2 * buffer.length);
      const { bytesRead } = await readAsync(
        this.#file,
        buffer,
        filledBytes,
        buffer.length - filledBytes,
        null,
      );
      if (bytesRead === 0) break;
      filledBytes += bytesRead;
      const usedBytes = this.#addLines(buffer.subarray(0, filledBytes));
      buffer.copyWithin(0, usedBytes, filledBytes);
      filledBytes -= usedBytes;
    }
    if (filledBytes > 0) this.#addLine(buffer.toString('utf8', 0, filledBytes), filledBytes);
  }

  /** @returns how much was used: all but a line that does not end there */
  #addLines(data: Buffer): number {
    let start = 0;
    for (let end = data.indexOf(NEWLINE); end >= 0; end = data.indexOf(NEWLINE, start)) {
      this.#addLine(data.toString('utf8', start, end), end + 1 - start);
      start = end + 1;
    }
    return start;
  }

  #addLine(line: string, sizeBytes: number): void {
    const number = this.size;
    this.#offsets.push((this.#offsets.at(-1) ?? 0) + sizeBytes);
    try {
      const { uin, vids, handles = [] } = parsePerson(line);
      const ids = [uin, ...vids.map(({ vid }) => vid)];
      const isNew =
        ids.every((id) => this.#index.add(id, number)) && !handles.some((id) => this.#handles.has(id));
      if (!isNew) throw new PersonError('has an id that stood there before');
      for (const handle of handles) this.#handles.set(handle, number);
    } catch (error) {
      if (!(error instanceof PersonError)) throw error;
      throw new PersonError(`line ${number + 1} ${error.message}`);
    }
  }

  #line(number: number): string {
    const [start = 0, end = 0] = this.#offsets.slice(number, number + 2);
    const buffer = Buffer.alloc(end - start);
    readSync(this.#file, buffer, 0, buffer.length, start);
    return buffer.toString('utf8');
  }
}

/** Of a file that its operator can correct; any other fault stays as it is. */
function refusal(path: string, error: unknown): unknown {
  if (error instanceof PersonError) return new PopulationError(path, `whose ${error.message}`);
  // Of the operating system, which finds out only at the first read that it is a folder.
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return error;
  return new PopulationError(path, `which cannot be read (${String(error.code)})`, { cause: error });
}
