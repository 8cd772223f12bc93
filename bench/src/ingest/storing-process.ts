import { createHmac, createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

import { RecordSealer } from '@mts/crypto';
import { CopyBlock } from '@mts/store/copy';
import { Client } from 'pg';

import { announce, onTask } from '../frame/child.js';
import { copyInto } from './copy.js';

export interface StoringTask {
  /** Of the CSV file. */
  readonly path: string;
}

export interface StoringTaken {
  readonly seconds: number;
}

/** What cannot be avoided of taking a list in: its rows are parsed, sealed and stored, and nothing else. */
const [url = ''] = process.argv.slice(2);
const client = new Client({ connectionString: url, options: '-c search_path=mts' });
await client.connect();

const BLOCK_RECORDS = 2000;
const INDEX_LENGTH_BYTES = 16;

onTask(async ({ path }: StoringTask): Promise<StoringTaken> => {
  const startedAtMs = performance.now();
  const requestId = randomUUID();
  const key = createSecretKey(randomBytes(32));
  const sealer = new RecordSealer(key);
  let names: readonly string[] | undefined;
  let block = new CopyBlock(requestId);
  let copying = Promise.resolve();
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(path) })) {
    if (names === undefined) {
      names = cellsOf(text);
      continue;
    }
    line += 1;
    const cells = cellsOf(text);
    const json = Buffer.from(JSON.stringify(Object.fromEntries(names.map((name, at) => [name, cells[at]]))));
    const place = { table: 'record', column: 'sealed_input', requestId, line };
    block.add({
      line,
      state: 'submitted',
      sealedInput: sealer.seal(place, json),
      sealedOutcome: null,
      errorCode: null,
      recordIndex: createHmac('sha256', key).update(json).digest().subarray(0, INDEX_LENGTH_BYTES),
    });
    if (block.size < BLOCK_RECORDS) continue;
    await copying;
    copying = copyInto(client, 'ceiling', block.finish());
    block = new CopyBlock(requestId);
  }
  await copying;
  await copyInto(client, 'ceiling', block.finish());
  return { seconds: (performance.now() - startedAtMs) / 1000 };
});
announce({}, async () => client.end());

/** Of a line whose quoted cells hold no quotes. */
function cellsOf(text: string): readonly string[] {
  if (!text.includes('"')) return text.split(',');
  return text.split('"').flatMap((part, at) => {
    if (at % 2 === 1) return [part];
    const outside = part.replace(/^,/, '').replace(/,$/, '');
    return outside === '' ? [] : outside.split(',');
  });
}
