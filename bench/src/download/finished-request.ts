import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';

import { openKekProvider, openRequestKey, RecordSealer } from '@mts/crypto';
import type { ResultRow } from '@mts/domain';
import { Database, RequestStore } from '@mts/store';
import { CopyBlock } from '@mts/store/copy';
import { Client } from 'pg';

import { copyInto } from '../ingest/copy.js';
import { submitCsv } from '../system/lists.js';
import { peopleCsv, person } from '../system/people.js';
import type { System } from '../system/system.js';

const BLOCK_RECORDS = 2000;
/** One in so many people did not match, as in a good list. */
const MISMATCH_EVERY = 20;

/** A request whose results can be fetched. */
export interface FinishedRequest {
  readonly requestId: string;
  readonly resultsKey: KeyObject;
}

/**
 * A request of one person, handed in as any, to which so many records with their outcomes are added behind the seeders'
 * backs, sealed as a seeder would: nobody has to be asked.
 *
 * @param directory of the system
 */
export async function finishedRequest(
  system: System,
  directory: string,
  records: number,
  options: object,
): Promise<FinishedRequest> {
  const requestId = await submitCsv(system, peopleCsv(1), options);
  const keys = await keysOf(system, directory, requestId);
  const client = new Client({ connectionString: system.postgres.url, options: '-c search_path=mts' });
  await client.connect();
  try {
    await client.query('CREATE UNLOGGED TABLE finished (LIKE record INCLUDING DEFAULTS)');
    for (const block of blocks(requestId, keys, records)) await copyInto(client, 'finished', block);
    // A record is taken in as submitted; its state is all that CopyBlock cannot say.
    await client.query(
      `UPDATE finished SET state = CASE WHEN error_code IS NULL THEN 'processed' ELSE 'error' END`,
    );
    await client.query('DELETE FROM range WHERE request_id = $1', [requestId]);
    await client.query('DELETE FROM record WHERE request_id = $1', [requestId]);
    await client.query('INSERT INTO record SELECT * FROM finished ORDER BY line');
    await client.query('DROP TABLE finished');
    await client.query(
      `UPDATE request SET state = 'processed_with_errors', total = $2, started_at = now(), ended_at = now() WHERE id = $1`,
      [requestId, records],
    );
    await client.query('VACUUM (ANALYZE) record');
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
  return { requestId, resultsKey: keys.results };
}

interface Keys {
  readonly input: KeyObject;
  readonly results: KeyObject;
}

async function keysOf({ postgres }: System, directory: string, requestId: string): Promise<Keys> {
  const database = await Database.open({
    url: postgres.url,
    schema: 'mts',
    app: 'mts-bench',
    connectionsMax: 1,
  });
  try {
    const request = await new RequestStore(database).find(requestId);
    const keks = await openKekProvider(
      {
        kekProvider: 'static',
        kekFile: join(directory, 'kek'),
        kekFilesFormer: [],
        kekDirectory: undefined,
      },
      'require',
    );
    const input = request && (await openRequestKey(request, 'input', keks));
    const results = request && (await openRequestKey(request, 'results', keks));
    if (!input || !results) throw new Error(`request ${requestId} has no keys`);
    return { input, results };
  } finally {
    await database.close();
  }
}

function* blocks(requestId: string, keys: Keys, records: number): Generator<Uint8Array> {
  const [inputs, results] = [new RecordSealer(keys.input), new RecordSealer(keys.results)];
  const place = (column: string, line: number) => ({ table: 'record', column, requestId, line });
  let block = new CopyBlock(requestId);
  for (let line = 1; line <= records; line += 1) {
    const one = person(line);
    const row = outcomeOf(one.vid, line);
    block.add({
      line,
      state: 'submitted',
      sealedInput: inputs.seal(place('sealed_input', line), Buffer.from(JSON.stringify(one))),
      sealedOutcome: results.seal(place('sealed_outcome', line), Buffer.from(JSON.stringify(row))),
      errorCode: row.errorCode,
      recordIndex: null,
    });
    if (block.size < BLOCK_RECORDS) continue;
    yield block.finish();
    block = new CopyBlock(requestId);
  }
  if (block.size > 0) yield block.finish();
}

function outcomeOf(vid: string, line: number): ResultRow {
  if (line % MISMATCH_EVERY !== 0) {
    return { vid, token: String(line).padStart(36, '2'), errorCode: null, errorMessage: null };
  }
  const errorMessage = 'Demographic data name in eng did not match';
  return { vid, token: null, errorCode: 'IDA-DEA-001', errorMessage };
}
