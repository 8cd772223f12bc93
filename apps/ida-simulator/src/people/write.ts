import { mkdir, open, rename, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import { SAMPLE_PARTNER_ID } from '../service/settings.js';
import { makePeople, type Made, type MakeOptions } from './people.js';
import { COLUMNS } from './row.js';

export interface PeopleOptions extends Omit<MakeOptions, 'partnerId'> {
  readonly directory: string;
  /** Whom the tokens are for; default: the relying party that `provision` registers. */
  readonly partnerId?: string;
}

export interface PeopleFiles {
  /** The list to hand in, RFC 4180. */
  readonly people: string;
  /** The people that the ID system knows, for the simulator. */
  readonly population: string;
  /** What is to come of each row, RFC 4180. */
  readonly expected: string;
  readonly personCount: number;
}

const EXPECTED_COLUMNS = ['line', 'status', 'token', 'errorCode', 'sameAsLine'];
const FLUSH_AT_CHARACTERS = 2 ** 18;

/** Writes `people.csv`, `population.ndjson` and `expected.csv`; they appear under these names when all are complete. */
export async function writePeople({ directory, ...options }: PeopleOptions): Promise<PeopleFiles> {
  await mkdir(directory, { recursive: true });
  const [people, population, expected] = await Promise.all(
    ['people.csv', 'population.ndjson', 'expected.csv'].map(async (name) =>
      TextFile.create(join(directory, name)),
    ),
  );
  if (!people || !population || !expected) throw new TypeError('three files were created');
  await people.append(csvRecord(COLUMNS));
  await expected.append(csvRecord(EXPECTED_COLUMNS));
  let [line, personCount] = [0, 0];
  for (const made of makePeople({ partnerId: SAMPLE_PARTNER_ID, ...options })) {
    line += 1;
    await people.append(csvRecord(COLUMNS.map((column) => made.row[column])));
    await expected.append(csvRecord(expectedRecord(line, made)));
    if (made.person === undefined) continue;
    personCount += 1;
    await population.append(`${JSON.stringify(made.person)}\n`);
  }
  for (const file of [people, population, expected]) await file.finish();
  return { people: people.path, population: population.path, expected: expected.path, personCount };
}

function expectedRecord(line: number, { expected, sameAsLine }: Made): readonly string[] {
  const token = expected.status === 'processed' ? expected.token : '';
  const errorCode = expected.status === 'processed' ? '' : expected.errorCode;
  return [
    String(line),
    expected.status,
    token,
    errorCode,
    sameAsLine === undefined ? '' : String(sameAsLine),
  ];
}

/** RFC 4180 section 2: CRLF, and quotes around what holds a comma, a quote or a line break. */
function csvRecord(fields: readonly string[]): string {
  return `${fields.map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',')}\r\n`;
}

/** A text file written in large pieces, under another name until it is finished. */
class TextFile {
  #pending = '';

  private constructor(
    readonly path: string,
    readonly handle: FileHandle,
  ) {}

  static async create(path: string): Promise<TextFile> {
    return new TextFile(path, await open(`${path}.part`, 'w'));
  }

  async append(text: string): Promise<void> {
    this.#pending += text;
    if (this.#pending.length >= FLUSH_AT_CHARACTERS) await this.#flush();
  }

  async finish(): Promise<void> {
    await this.#flush();
    await this.handle.close();
    await rename(`${this.path}.part`, this.path);
  }

  async #flush(): Promise<void> {
    await this.handle.write(this.#pending);
    this.#pending = '';
  }
}
