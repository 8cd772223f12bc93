import { randomUUID } from 'node:crypto';

import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { until } from '@mts/testing';

import { Database, rewriteKeyTables } from './index.js';
import { outcome, type StoreFixture, storeFixture } from './spec-support/fixture.js';

let fixture: StoreFixture;
const clients: Client[] = [];

beforeAll(async () => {
  fixture = await storeFixture();
});
afterAll(async () => fixture.database.close());
afterEach(async () => {
  for (const client of clients.splice(0)) await client.end();
});

async function connect(url = fixture.url): Promise<Client> {
  const client = new Client({ connectionString: url, options: '-c search_path=mts' });
  await client.connect();
  clients.push(client);
  return client;
}

/** A request whose input key is erased, and whose results key is not. */
async function processed(): Promise<string> {
  const { id } = await fixture.submit([{}]);
  const lease = await fixture.taken(id);
  await fixture.saveOutcomes(lease, [outcome(1)]);
  await fixture.ranges.finish(lease);
  return id;
}

async function fileOf(table: string): Promise<string | undefined> {
  const [row] = await fixture.database.query<{ file: string }>('SELECT pg_relation_filepath($1) AS file', [
    `mts.${table}`,
  ]);
  return row?.file;
}

/** A vacuum that the server makes of itself may be in the way for a moment. */
async function rewritten(): Promise<void> {
  await until(async () => (await rewriteKeyTables(fixture.database)) === 'clean');
}

describe('erased keys', () => {
  it('leave with the file that they stood in, and keys in use are in the new one', async () => {
    const id = await processed();
    const [keys, idempotency] = [await fileOf('wrapped_key'), await fileOf('idempotency')];
    await rewritten();
    expect(await fileOf('wrapped_key')).not.toBe(keys);
    expect(await fileOf('idempotency')).not.toBe(idempotency);
    expect(await fixture.requests.find(id)).toMatchObject({
      kekId: 'static-spec',
      wrappedInputKey: null,
      wrappedResultsKey: Buffer.from('r'),
    });
  });

  it('are no reason to write a file anew that is clean', async () => {
    await processed();
    await rewritten();
    const file = await fileOf('wrapped_key');
    expect(await rewriteKeyTables(fixture.database)).toBe('clean');
    expect(await fileOf('wrapped_key')).toBe(file);
  });

  it('stay for whoever still looks at the tables as they were, and leave after that', async () => {
    const backup = await connect();
    const { id } = await fixture.submit([{}]);
    await backup.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await backup.query('SELECT 1 FROM request LIMIT 1');
    await fixture.archive(id);
    const look = `SELECT count(wrapped)::int AS keys FROM wrapped_key WHERE subject = '${id}'`;
    expect(await rewriteKeyTables(fixture.database)).toBe('later');
    expect((await backup.query<{ keys: number }>(look)).rows).toEqual([{ keys: 2 }]);
    await backup.query('COMMIT');
    await rewritten();
    expect((await backup.query<{ keys: number }>(look)).rows).toEqual([{ keys: 0 }]);
  });

  it('stay while somebody uses the table, and nobody waits for that', async () => {
    await rewritten();
    await processed();
    const user = await connect();
    await user.query('BEGIN');
    await user.query('LOCK TABLE wrapped_key IN ACCESS SHARE MODE');
    expect(await rewriteKeyTables(fixture.database)).toBe('later');
    const id = await processed();
    expect(await fixture.requests.find(id)).toMatchObject({ wrappedResultsKey: Buffer.from('r') });
    await user.query('COMMIT');
    await rewritten();
  });

  it('stay where the role may not vacuum, which is said', async () => {
    await processed();
    const role = `guest_${randomUUID().replaceAll('-', '')}`;
    const admin = await connect();
    await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD 'guest'`);
    await admin.query(`GRANT USAGE ON SCHEMA mts TO ${role}`);
    await admin.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA mts TO ${role}`);
    const url = new URL(fixture.url);
    [url.username, url.password] = [role, 'guest'];
    const database = await Database.open({ url: url.href, schema: 'mts', app: 'spec', connectionsMax: 2 });
    await until(async () => (await rewriteKeyTables(database)) !== 'later');
    expect(await rewriteKeyTables(database)).toBe('refused');
    await admin.query(`GRANT MAINTAIN ON ALL TABLES IN SCHEMA mts TO ${role}`);
    await until(async () => (await rewriteKeyTables(database)) === 'clean');
    await database.close();
    await admin.query(`DROP OWNED BY ${role}`);
    await admin.query(`DROP ROLE ${role}`);
  });
});
