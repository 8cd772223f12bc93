import { join } from 'node:path';

import { SAMPLE_PARTNER_ID } from '../service/settings.js';
import { inFolder } from './folder.js';
import { makePeople, type Made, type MakeOptions } from './people.js';
import { COLUMNS } from './row.js';
import { TextFile, writeTogether } from './text-file.js';

export interface PeopleOptions extends Omit<MakeOptions, 'partnerId'> {
  readonly directory: string;
  /** Whom the tokens are for; default: the relying party that `provision` registers. */
  readonly partnerId?: string;
  /** Breaks off; nothing is left then, nor a directory that was not there before. */
  readonly signal?: AbortSignal;
  /** Told now and then how many rows are on disk. */
  readonly onProgress?: (rowCount: number) => void;
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

/** The directory or the disk does not take the files; the message says why in one sentence. */
export class PeopleError extends Error {
  override readonly name = 'PeopleError';
}

/** Rows that wait in memory before they are written. */
export const ROWS_PER_PIECE = 200;

const EXPECTED_COLUMNS = ['line', 'status', 'token', 'errorCode', 'sameAsLine'];

/**
 * Writes `people.csv`, `population.ndjson` and `expected.csv`; they appear under these names when all are complete.
 * @throws PeopleError if they cannot be written; the signal's reason if it was given
 */
export async function writePeople({ directory, ...options }: PeopleOptions): Promise<PeopleFiles> {
  const file = (name: string): TextFile => new TextFile(join(directory, name));
  const files = {
    people: file('people.csv'),
    population: file('population.ndjson'),
    expected: file('expected.csv'),
  };
  let personCount = 0;
  try {
    await inFolder(directory, async () =>
      writeTogether(Object.values(files), async () => {
        personCount = await writeRows(files, { partnerId: SAMPLE_PARTNER_ID, ...options });
      }),
    );
  } catch (error) {
    throw inOneSentence(directory, error);
  }
  const { people, population, expected } = files;
  return { people: people.path, population: population.path, expected: expected.path, personCount };
}

type Files = Readonly<Record<'people' | 'population' | 'expected', TextFile>>;
type RowOptions = MakeOptions & Pick<PeopleOptions, 'signal' | 'onProgress'>;

async function writeRows(
  { people, population, expected }: Files,
  { signal, onProgress, ...options }: RowOptions,
): Promise<number> {
  people.append(csvRecord(COLUMNS));
  expected.append(csvRecord(EXPECTED_COLUMNS));
  let [line, personCount] = [0, 0];
  for (const made of makePeople(options)) {
    line += 1;
    people.append(csvRecord(COLUMNS.map((column) => made.row[column])));
    expected.append(csvRecord(expectedRecord(line, made)));
    if (made.person !== undefined) {
      personCount += 1;
      population.append(`${JSON.stringify(made.person)}\n`);
    }
    if (line % ROWS_PER_PIECE !== 0) continue;
    await Promise.all([people.flush(), population.flush(), expected.flush()]);
    signal?.throwIfAborted();
    onProgress?.(line);
  }
  return personCount;
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

/** By the codes of errno(3) that a user can do something about. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EDQUOT: 'the quota is used up',
  EEXIST: 'it is not a folder',
  EISDIR: 'a folder stands where a file is to be',
  ENOENT: 'no folder can be made there',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'it is not a folder',
  EPERM: 'permission is denied',
  EROFS: 'the disk is read-only',
};

/** Anything that is no system error stays as it is. */
function inOneSentence(directory: string, error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error)) {
    return error;
  }
  const reason = REASONS[error.code] ?? error.code;
  return new PeopleError(`The people cannot be written to ${directory}: ${reason}.`, { cause: error });
}
