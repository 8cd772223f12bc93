import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A record by its columns. */
type Fields = Readonly<Partial<Record<string, string>>>;

/** A row of the list that IDA is asked about, and what it has to say. */
export interface AskedRow {
  readonly row: Fields;
  /** The Token ID, or the code of the error. */
  readonly outcome: string;
}

/** Some of the rows are not asked about, so more are looked at. */
const RESERVE = 1.2;

/** Rows evenly from the whole list, without those to be refused before IDA is asked. Fewer if the list is short. */
export async function pickRows(
  directory: string,
  rowCount: number,
  wanted: number,
): Promise<readonly AskedRow[]> {
  const stride = Math.max(1, Math.floor(rowCount / (wanted * RESERVE)));
  const list = records(join(directory, 'people.csv'), stride);
  const picked: AskedRow[] = [];
  for await (const expected of records(join(directory, 'expected.csv'), stride)) {
    const row = await list.next();
    if (row.done === true || picked.length === wanted) break;
    const { status, token = '', errorCode = '' } = expected;
    if (status !== 'invalid') picked.push({ row: row.value, outcome: token + errorCode });
  }
  return picked;
}

/** Every so-and-so-many-th record of an RFC 4180 file whose fields hold no line breaks. */
async function* records(path: string, stride: number): AsyncGenerator<Fields, undefined> {
  const lines = createInterface({ input: createReadStream(path) });
  let columns: readonly string[] | undefined;
  let number = 0;
  for await (const line of lines) {
    columns ??= parseRecord(line);
    if (number > 0 && number % stride === 0) {
      const values = parseRecord(line);
      yield Object.fromEntries(columns.map((column, index) => [column, values[index] ?? '']));
    }
    number += 1;
  }
}

export function parseRecord(line: string): readonly string[] {
  return [...`${line},`.matchAll(/(?:"((?:[^"]|"")*)"|([^,]*)),/g)].map(
    ([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain,
  );
}
