import { createTestDatabase } from '@mts/testing';
import { expect, it } from 'vitest';

import { Database, migrate } from '../index.js';

const REQUEST = '5d0a3f5e-6a52-4a39-9d52-0d2a5f0f0006';

it('leaves holds as they were: nothing probes a request that somebody has to resume', async () => {
  const url = await createTestDatabase();
  await migrate(url, 'mts');
  const database = await Database.open({ url, schema: 'mts', app: 'spec', connectionsMax: 2 });
  await undo(database);
  await database.query(
    `INSERT INTO request (id, state, input, output) VALUES ($1, 'processing', 'csv', 'csv')`,
    [REQUEST],
  );
  await database.query(
    `INSERT INTO request_hold (request_id, kind, code, reason) VALUES ($1, 'request', 'A', 'a')`,
    [REQUEST],
  );
  await database.query(
    `INSERT INTO profile_hold (profile_id, probe, code, reason, next_probe_at) VALUES ('default', 'record', 'B', 'b', now())`,
  );
  await migrate(url, 'mts');
  expect(
    await database.query('SELECT code, next_probe_at, in_last_resort, last_resorts FROM request_hold'),
  ).toEqual([{ code: 'A', next_probe_at: null, in_last_resort: false, last_resorts: 0 }]);
  expect(await database.query('SELECT code, in_last_resort FROM profile_hold')).toEqual([
    { code: 'B', in_last_resort: false },
  ]);
  await undo(database);
  expect(await database.query('SELECT code FROM request_hold')).toEqual([{ code: 'A' }]);
  await database.close();
});

/** This migration, and those that came after it. */
async function undo(database: Database): Promise<void> {
  const isThere = `SELECT 1 FROM migration WHERE name LIKE 'Silence%'`;
  while ((await database.query(isThere)).length > 0) await database.source.undoLastMigration();
}
