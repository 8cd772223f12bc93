import { createReadStream } from 'node:fs';

import { parse } from 'csv-parse';

/** A row of a result file, as the API writes it. An empty field is an empty text. */
export interface ResultRow {
  readonly vid: string;
  readonly status: string;
  readonly token: string;
  readonly errorCode: string;
}

/** The rows of a CSV file of results, in the order of the list. */
export async function readResults<Row = ResultRow>(file: string): Promise<Row[]> {
  const rows: Row[] = [];
  const parser = createReadStream(file).pipe(parse({ columns: true, bom: true, skip_empty_lines: true }));
  for await (const row of parser as AsyncIterable<Row>) rows.push(row);
  return rows;
}
