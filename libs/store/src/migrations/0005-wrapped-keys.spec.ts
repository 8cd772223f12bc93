import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { createTestDatabase } from '@mts/testing';
import { expect, it } from 'vitest';

import { Database, migrate, RequestStore } from '../index.js';

const REQUEST = '5d0a3f5e-6a52-4a39-9d52-0d2a5f0f0001';
const ARCHIVED = '5d0a3f5e-6a52-4a39-9d52-0d2a5f0f0002';
const INPUT_KEY = Buffer.from('the wrapped key of an input, as it stood in the row of a request');

it('keys move to a table of their own, and leave no copy in the file of the table where they stood', async () => {
  const url = await createTestDatabase();
  await migrate(url, 'mts');
  const database = await Database.open({ url, schema: 'mts', app: 'spec', connectionsMax: 2 });
  await undo(database);
  await database.query(`INSERT INTO kek (id, check_value) VALUES ('k', 'c')`);
  await database.query(
    `INSERT INTO request (id, state, input, output, kek_id, wrapped_input_key, wrapped_results_key)
     VALUES ($1, 'processing', 'csv', 'csv', 'k', $3, 'r'), ($2, 'archived', 'csv', 'csv', 'k', NULL, NULL)`,
    [REQUEST, ARCHIVED, INPUT_KEY],
  );
  expect(await fileHas(database, 'request', INPUT_KEY)).toBe(true);

  await migrate(url, 'mts');
  const requests = new RequestStore(database);
  expect(await requests.find(REQUEST)).toMatchObject({
    kekId: 'k',
    wrappedInputKey: INPUT_KEY,
    wrappedResultsKey: Buffer.from('r'),
    tokensByKek: true,
  });
  expect(await requests.find(ARCHIVED)).toMatchObject({
    kekId: null,
    wrappedInputKey: null,
    tokensByKek: false,
  });
  expect(await fileHas(database, 'wrapped_key', INPUT_KEY)).toBe(true);
  expect(await fileHas(database, 'request', INPUT_KEY)).toBe(false);

  await undo(database);
  expect(await database.query('SELECT id, kek_id, wrapped_input_key FROM request ORDER BY id')).toEqual([
    { id: REQUEST, kek_id: 'k', wrapped_input_key: INPUT_KEY },
    { id: ARCHIVED, kek_id: 'k', wrapped_input_key: null },
  ]);
  await database.close();
});

/** This migration, and those that came after it. */
async function undo(database: Database): Promise<void> {
  const isThere = `SELECT 1 FROM migration WHERE name LIKE 'WrappedKeys%'`;
  while ((await database.query(isThere)).length > 0) await database.source.undoLastMigration();
}

async function fileHas(database: Database, table: string, bytes: Buffer): Promise<boolean> {
  await database.query('CHECKPOINT');
  const [row] = await database.query<{ directory: string; file: string }>(
    `SELECT current_setting('data_directory') AS directory, pg_relation_filepath($1) AS file`,
    [`mts.${table}`],
  );
  return (await readFile(join(row?.directory ?? '', row?.file ?? ''))).includes(bytes);
}
