import { createTestDatabase } from '@mts/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Database, isOfDatabase, migrate, passesByItself, type Transaction } from './index.js';

let database: Database;
beforeAll(async () => {
  const url = await createTestDatabase();
  await migrate(url, 'mts');
  database = await Database.open({ url, schema: 'mts', app: 'spec', connectionsMax: 3 });
});
afterAll(async () => database.close());

async function faultOf(work: (tx: Transaction) => Promise<unknown>): Promise<unknown> {
  return database.transaction(work).then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('a statement that failed', () => {
  it.each([
    ['whose connection an administrator ended', 'SELECT pg_terminate_backend(pg_backend_pid())'],
    ['that did not get its lock in time', `DO $$ BEGIN RAISE lock_not_available; END $$`],
    ['that stood still', `DO $$ BEGIN RAISE idle_in_transaction_session_timeout; END $$`],
    ['that gave way to another one', `DO $$ BEGIN RAISE deadlock_detected; END $$`],
    ['for which there is no room', `DO $$ BEGIN RAISE disk_full; END $$`],
  ])('%s may be made again', async (_which, sql) => {
    const fault = await faultOf(async (tx) => tx.query(sql));
    expect([passesByItself(fault), isOfDatabase(fault)]).toEqual([true, true]);
  });

  it.each([
    ['that is wrong', 'SELECT no_such_column'],
    ['that breaks a rule of the tables', `INSERT INTO firing VALUES (NULL, now())`],
  ])('%s would fail again', async (_which, sql) => {
    const fault = await faultOf(async (tx) => tx.query(sql));
    expect([passesByItself(fault), isOfDatabase(fault)]).toEqual([false, true]);
  });
});

it('a fault of the program is none of the database', () => {
  const fault = new TypeError('undefined is not a function');
  expect([passesByItself(fault), isOfDatabase(fault)]).toEqual([false, false]);
});
