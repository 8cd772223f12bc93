import { Database } from '@mts/store';
import { until } from '@mts/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { Bench } from './spec-support/running-seeder.js';
import { tokenOf } from './spec-support/stub-ida.js';

let bench: Bench;
/** Stops for as long as somebody else has the advisory lock 1: whoever notes at the end of a list who is the same person. */
let other: Database;
beforeEach(async () => {
  bench = await Bench.open();
  other = await Database.open({ url: bench.url, schema: 'mts', app: 'spec', connectionsMax: 1 });
  await bench.database.query(`
    CREATE FUNCTION wait_for_lock() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END $$`);
  await bench.database.query(
    'CREATE TRIGGER wait_for_lock BEFORE UPDATE OF same_as_line ON record FOR EACH ROW EXECUTE FUNCTION wait_for_lock()',
  );
});
afterEach(async () => {
  await other.close();
  await bench.close();
});

it('while a list comes to its end, however long that takes, the leases of others are renewed', async () => {
  bench.ida.script('1001', { kind: 'token when released', token: tokenOf('1001') });
  for (const vid of ['1002', '1003']) bench.ida.script(vid, { kind: 'token', token: tokenOf('1002') });
  await other.query('SELECT pg_advisory_lock(1)');
  const asking = await bench.submit(['1001']);
  await bench.startSeeder();
  await until(() => bench.ida.waiting === 1);
  const ending = await bench.submit(['1002', '1003']);
  await until(async () => {
    const waiting = await bench.database.query(
      `SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database
        WHERE d.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted`,
    );
    return waiting.length > 0;
  });
  await bench.outlastLeases(asking);
  expect((await bench.progress(ending)).state).toBe('processing');
  await other.query('SELECT pg_advisory_unlock(1)');
  await until(async () => (await bench.progress(ending)).state === 'processed');
});
