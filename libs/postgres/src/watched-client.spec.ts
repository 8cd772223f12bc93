import { createTestDatabase, dropTestDatabase, TcpProxy, until } from '@mts/testing';
import { type ClientBase, type ClientConfig, Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { databaseTrouble } from './trouble.js';
import { WatchedClient } from './watched-client.js';

/** Longer than it takes to notice that a connection is dead, on a busy machine too. */
const NOTICED_WITHIN_MS = 60_000;
const TEST = { timeout: NOTICED_WITHIN_MS + 20_000 };

let url: URL;
const proxies: TcpProxy[] = [];
beforeAll(async () => {
  url = new URL(await createTestDatabase());
});
afterAll(async () => {
  await Promise.all(proxies.map(async (proxy) => proxy.close()));
  await dropTestDatabase(url.href);
});

/** A way to the database that can be cut. */
async function way(): Promise<{ proxy: TcpProxy; connectionString: string }> {
  const proxy = await TcpProxy.start(Number(url.port));
  proxies.push(proxy);
  const proxied = new URL(url);
  proxied.port = String(proxy.port);
  return { proxy, connectionString: proxied.href };
}

async function connected(connectionString = url.href, config: ClientConfig = {}): Promise<WatchedClient> {
  const client = new WatchedClient({ ...config, connectionString });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function fault(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

// At the same time: each of them is mostly silence.
describe.concurrent('a connection to a database', () => {
  it('carries statements out like any other', async () => {
    const client = await connected();
    expect((await client.query('SELECT $1::int + 1 AS sum', [41])).rows).toEqual([{ sum: 42 }]);
    await client.end();
  });

  it('waits for a statement that takes longer than a silence may, as long as the server works on it', async () => {
    const client = await connected();
    const { rows } = await client.query("SELECT 'slept' AS outcome FROM pg_sleep(9)");
    expect(rows).toEqual([{ outcome: 'slept' }]);
    await client.end();
  });

  it('is given up when its packets vanish while the server is still there', TEST, async () => {
    const { proxy, connectionString } = await way();
    const client = await connected(connectionString);
    proxy.cut('silent');
    const answer = fault(client.query('SELECT 1'));
    // The connection is lost for ever, but the server can be asked again.
    proxy.mend();
    const error = await answer;
    expect(error).toMatchObject({ name: 'SilentDatabaseError', code: 'ETIMEDOUT' });
    expect(databaseTrouble(error)).toBe('away');
  });

  it('is given up when nobody can be reached any more, and a new one is not waited for', TEST, async () => {
    const { proxy, connectionString } = await way();
    const client = await connected(connectionString);
    proxy.cut('silent');
    expect(databaseTrouble(await fault(client.query('SELECT 1')))).toBe('away');
    expect(databaseTrouble(await fault(connected(connectionString)))).toBe('away');
  });

  it('of a pool is replaced by a new one', TEST, async () => {
    const { proxy, connectionString } = await way();
    const Watched = WatchedClient as unknown as new () => ClientBase;
    const pool = new Pool({ connectionString, max: 1, Client: Watched });
    pool.on('error', () => undefined);
    await pool.query('SELECT 1');
    proxy.cut('silent');
    const lost = fault(pool.query('SELECT 1'));
    proxy.mend();
    expect(databaseTrouble(await lost)).toBe('away');
    const answered = await until(async () => (await pool.query('SELECT 1 AS one')).rowCount, {
      timeoutMs: NOTICED_WITHIN_MS,
    });
    expect(answered).toBe(1);
    await pool.end();
  });

  it('loses a transaction in which it stands still, and whoever waits for its locks gets them', async () => {
    const [frozen, other] = [await connected(), await connected()];
    await frozen.query('BEGIN');
    await frozen.query('SELECT pg_advisory_xact_lock(1)');
    await other.query('SELECT pg_advisory_lock(1)');
    expect(databaseTrouble(await fault(frozen.query('COMMIT')))).toBe('away');
    await other.end();
  });

  it('waits for a lock no longer than it says', async () => {
    const [holder, other] = [await connected(), await connected(url.href, { lock_timeout: 100 })];
    await holder.query('SELECT pg_advisory_lock(2)');
    expect(databaseTrouble(await fault(other.query('SELECT pg_advisory_lock(2)')))).toBe('busy');
    expect((await other.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await Promise.all([holder.end(), other.end()]);
  });

  it(
    'is waited for while it waits for a lock, and given up when the end of that wait gets lost',
    TEST,
    async () => {
      const holder = await connected();
      await holder.query('SELECT pg_advisory_lock(3)');
      const { proxy, connectionString } = await way();
      const client = await connected(connectionString, { lock_timeout: 9_000 });
      const answer = fault(client.query('SELECT pg_advisory_lock(3)'));
      await until(async () => (await waitingFor3(holder)) === 1);
      proxy.cut('silent');
      // The connection is lost for ever, but the server can be asked again, and says that this one still waits.
      proxy.mend();
      expect(await answer).toMatchObject({ name: 'SilentDatabaseError' });
      expect(await waitingFor3(holder)).toBe(0);
      await holder.end();
    },
  );
});

async function waitingFor3(onlooker: WatchedClient): Promise<number | null> {
  const { rowCount } = await onlooker.query('SELECT 1 FROM pg_locks WHERE objid = 3 AND NOT granted');
  return rowCount;
}
