import { createSecretKey } from 'node:crypto';

import { RecordSealer } from '@mts/crypto';
import type { ResultRow } from '@mts/domain';
import { Client } from 'pg';

import { announce, onTask } from '../frame/child.js';

export interface OpeningTask {
  readonly requestId: string;
  /** Of the results, in base64. */
  readonly key: string;
}

export interface OpeningTaken {
  readonly seconds: number;
  readonly rows: number;
}

/** What cannot be avoided of a download: rows are read page by page, opened and written as CSV, and nothing else. */
const [url = ''] = process.argv.slice(2);
const client = new Client({ connectionString: url, options: '-c search_path=mts' });
await client.connect();

/** As pages of results are. */
const PAGE_RECORDS = 500;
const PAGE = `SELECT line, state, sealed_outcome FROM record WHERE request_id = $1 AND line > $2 ORDER BY line LIMIT ${PAGE_RECORDS}`;

interface Row {
  readonly line: number;
  readonly state: string;
  readonly sealed_outcome: Buffer;
}

onTask(async ({ requestId, key }: OpeningTask): Promise<OpeningTaken> => {
  const startedAtMs = performance.now();
  const sealer = new RecordSealer(createSecretKey(Buffer.from(key, 'base64')));
  let rows = 0;
  for (let line = 0, isLast = false; !isLast;) {
    const page = (await client.query<Row>(PAGE, [requestId, line])).rows;
    Buffer.from(page.map((row) => csvRow(row, requestId, sealer)).join(''));
    rows += page.length;
    line = page.at(-1)?.line ?? line;
    isLast = page.length < PAGE_RECORDS;
  }
  return { seconds: (performance.now() - startedAtMs) / 1000, rows };
});
announce({}, async () => client.end());

function csvRow(
  { line, state, sealed_outcome: sealed }: Row,
  requestId: string,
  sealer: RecordSealer,
): string {
  const place = { table: 'record', column: 'sealed_outcome', requestId, line };
  const row = JSON.parse(sealer.open(place, sealed).toString()) as ResultRow;
  return `${[row.vid, state, row.token, row.errorCode, row.errorMessage].join(',')}\r\n`;
}
