import { until } from '@mts/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Database, reclaimRecords } from './index.js';
import { outcome, type StoreFixture, storeFixture } from './spec-support/fixture.js';

const RECORDS = 25_000;

let fixture: StoreFixture;
beforeAll(async () => {
  fixture = await storeFixture();
});
afterAll(async () => fixture.database.close());

/** A list of so many records, of which nobody has been asked about. */
async function giant(): Promise<string> {
  const id = await fixture.receive([]);
  await fixture.database.query(
    `INSERT INTO record (request_id, line, state, sealed_input)
     SELECT $1, line, 'submitted', sha512(line::text::bytea) || sha512(line::text::bytea) FROM generate_series(1, $2) line`,
    [id, RECORDS],
  );
  await fixture.database.transaction(async (tx) => fixture.requests.submit(id, RECORDS, tx));
  return id;
}

async function recordCount(id: string): Promise<number> {
  return (await fixture.states(id)).length;
}

describe('erasing a large list', () => {
  it('is done in small steps, each for good, and others work meanwhile', async () => {
    const id = await giant();
    const other = await fixture.submit([{}]);
    const blocker = new Client({ connectionString: fixture.url });
    await blocker.connect();
    await blocker.query('BEGIN');
    await blocker.query(
      `SELECT 1 FROM mts.record WHERE request_id = '${id}' AND line = ${String(RECORDS)} FOR UPDATE`,
    );
    const archived = fixture.archive(id);
    await until(async () => (await recordCount(id)) === 5_000);

    expect(await fixture.requests.find(id)).toMatchObject({ state: 'archived', wrappedInputKey: null });
    expect(await fixture.requests.progress(id)).toMatchObject({ total: RECORDS });
    const lease = await fixture.taken(other.id);
    await fixture.saveOutcomes(lease, [outcome(1)]);
    expect(await fixture.ranges.finish(lease)).toBe('processed');
    expect(await fixture.requests.halfErased(10)).toEqual([id]);

    await blocker.query('COMMIT');
    await blocker.end();
    expect(await archived).toBe(RECORDS);
    expect(await recordCount(id)).toBe(0);
  });

  it('makes room for the next one: the table does not grow', async () => {
    const reclaimed = async (): Promise<boolean> => (await reclaimRecords(fixture.database)) === 'done';
    await fixture.archive(await giant());
    await until(reclaimed);
    const before = await sizeBytes();
    await giant();
    expect(await sizeBytes()).toBe(before);
  });
});

describe('the vacuum of a large table', () => {
  it('ends at once when it is stopped, and can be made again', async () => {
    await fixture.archive(await giant());
    // The server's own would be in the way.
    await fixture.database.query('ALTER TABLE record SET (autovacuum_enabled = off)');
    const name = new URL(fixture.url).pathname.slice(1);
    // So that it would take minutes: a tenth of a second for each page.
    await fixture.database.query(`ALTER DATABASE "${name}" SET vacuum_cost_limit = 1`);
    await fixture.database.query(`ALTER DATABASE "${name}" SET vacuum_cost_delay = 100`);
    const slow = await Database.open({ url: fixture.url, schema: 'mts', app: 'slow', connectionsMax: 2 });
    const stop = new AbortController();
    const reclaimed = reclaimRecords(slow, stop.signal);
    await until(async () => (await fixture.database.query(VACUUM_UNDER_WAY)).length > 0);
    await fixture.database.query(`ALTER DATABASE "${name}" RESET ALL`);
    stop.abort();
    expect(await reclaimed).toBe('busy');
    expect(await fixture.database.query(VACUUM_UNDER_WAY)).toEqual([]);
    expect(await reclaimRecords(slow, stop.signal)).toBe('busy');
    // Its connections are as they were.
    expect(await slow.query('SHOW statement_timeout')).toEqual([{ statement_timeout: '0' }]);
    await slow.close();
    await until(async () => (await reclaimRecords(fixture.database)) === 'done');
  });
});

const VACUUM_UNDER_WAY = `
  SELECT 1 FROM pg_stat_progress_vacuum v JOIN pg_stat_activity a USING (pid)
   WHERE v.datname = current_database() AND a.application_name = 'slow'`;

async function sizeBytes(): Promise<number> {
  const [row] = await fixture.database.query<{ size: string }>(`SELECT pg_relation_size('record') AS size`);
  return Number(row?.size);
}
