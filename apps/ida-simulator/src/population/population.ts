import { closeSync, createReadStream, openSync, readSync } from 'node:fs';

import { IdIndex } from './id-index.js';
import { parsePerson, PersonError, TRANSACTIONS_ALLOWED, type Person, type Vid } from './person.js';

/** A person, and the VID that they were found by (undefined: found by the UIN). */
export interface Found {
  readonly person: Person;
  readonly vid: Vid | undefined;
}

export class PopulationError extends Error {
  override readonly name = 'PopulationError';
}

const NEWLINE = 0x0a;

/**
 * The people that the ID system knows, from an NDJSON file with one {@link Person} a line. The file stays open and a
 * person is read from it when asked for: in memory are an index of ids and where each line begins.
 */
export class Population {
  readonly #file: number;
  readonly #index = new IdIndex();
  /** Where each person's line begins, and where the last one ends. */
  readonly #offsets: number[] = [0];
  /** Transactions left of VIDs that were used; at 0 the VID is gone. */
  readonly #left = new Map<string, number>();

  private constructor(file: number) {
    this.#file = file;
  }

  /** @throws PopulationError if the file cannot be opened, if a line (it is named) is no person, or if an id comes twice */
  static async load(path: string): Promise<Population> {
    const population = new Population(open(path));
    try {
      await population.#read();
    } catch (error) {
      population.close();
      throw error;
    }
    return population;
  }

  get size(): number {
    return this.#offsets.length - 1;
  }

  /** Looks up a UIN or a VID; a VID that was used up is gone. */
  find(individualId: string): Found | undefined {
    const number = this.#index.get(individualId);
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

  close(): void {
    closeSync(this.#file);
  }

  async #read(): Promise<void> {
    const stream = createReadStream('', { fd: this.#file, start: 0, autoClose: false });
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of stream) {
      const data = Buffer.concat([rest, chunk as Buffer]);
      let start = 0;
      for (let end = data.indexOf(NEWLINE); end >= 0; end = data.indexOf(NEWLINE, start)) {
        this.#addLine(data.toString('utf8', start, end), end + 1 - start);
        start = end + 1;
      }
      rest = data.subarray(start);
    }
    if (rest.length > 0) this.#addLine(rest.toString('utf8'), rest.length);
  }

  #addLine(line: string, sizeBytes: number): void {
    const number = this.size;
    this.#offsets.push((this.#offsets.at(-1) ?? 0) + sizeBytes);
    try {
      const { uin, vids } = parsePerson(line);
      for (const id of [uin, ...vids.map(({ vid }) => vid)]) {
        if (!this.#index.add(id, number)) throw new PersonError('has an id that stood there before');
      }
    } catch (error) {
      if (!(error instanceof PersonError)) throw error;
      throw new PopulationError(`population file, line ${number + 1} ${error.message}`);
    }
  }

  #line(number: number): string {
    const [start = 0, end = 0] = this.#offsets.slice(number, number + 2);
    const buffer = Buffer.alloc(end - start);
    readSync(this.#file, buffer, 0, buffer.length, start);
    return buffer.toString('utf8');
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    throw new PopulationError('the population file cannot be opened', { cause });
  }
}
