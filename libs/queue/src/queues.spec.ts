import { setImmediate } from 'node:timers/promises';

import type { QueueName } from '@mts/domain';
import { databaseTrouble } from '@mts/postgres';
import { createTestDatabase, TcpProxy, until } from '@mts/testing';
import { PgBoss } from 'pg-boss';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { postList } from './list-jobs.js';
import { installQueues, type Posting, QueueError, Queues, type TransactionDb } from './queues.js';

const errors: string[] = [];
let url: string;
const started: Queues[] = [];

async function start(role: 'sender' | 'worker'): Promise<Queues> {
  const queues = new Queues({ url, schema: 'q', role, onError: (error) => errors.push(error.message) });
  await queues.start();
  started.push(queues);
  return queues;
}

function call(helper: number, requestId: string): Posting<'authenticate'> {
  return { message: { v: 1, requestId, helper }, key: `${requestId}/${String(helper)}`, group: requestId };
}

/** Of a queue all jobs, or those in one state, as they stand in the tables. */
async function jobs(name: QueueName, state?: 'active'): Promise<unknown[]> {
  const { Client } = await import('pg');
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<object>(
    'SELECT * FROM q.job WHERE name = $1 AND state::text = coalesce($2, state::text)',
    [name, state ?? null],
  );
  await client.end();
  return rows;
}

beforeAll(async () => {
  url = await createTestDatabase();
  await Promise.all([installQueues(url, 'q'), installQueues(url, 'q')]);
});
afterAll(async () => {
  for (const queues of started) await queues.stop(1000);
});

describe('a queue', () => {
  it('works on several messages at a time, of one group on no more than its share, and on each once, also after a handler that throws', async () => {
    const [sender, worker] = [await start('sender'), await start('worker')];
    const groups = ['6f9619ff-8b86-4d01-b42d-00cf4fc964f1', '6f9619ff-8b86-4d01-b42d-00cf4fc964f2'];
    const posted = groups.flatMap((group) => Array.from({ length: 10 }, (_, n) => call(n, group)));
    await sender.post('authenticate', posted);
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const [got, underWay, inGroup]: [string[], string[], number[]] = [[], [], []];
    await worker.work('authenticate', { slots: 3, groupSlots: 2 }, async ({ requestId, helper }) => {
      got.push(`${requestId}/${String(helper)}`);
      underWay.push(requestId);
      inGroup.push(underWay.filter((one) => one === requestId).length);
      await gate;
      underWay.splice(underWay.indexOf(requestId), 1);
      if (helper === 3) throw new Error('a fault while at work');
    });
    await until(() => underWay.length === 3);
    open();
    await until(() => got.length >= posted.length && underWay.length === 0);
    expect(got.toSorted()).toEqual(posted.map(({ key }) => key).toSorted());
    expect(Math.max(...inGroup)).toBe(2);
    expect(errors).toContain('a fault while at work');
  });

  it('hands over one after another all that one place has fetched together, also after a handler that throws', async () => {
    const [sender, worker] = [await start('sender'), await start('worker')];
    const ids = Array.from({ length: 7 }, (_, at) => `6f9619ff-8b86-4d01-b42d-00cf4fc9640${String(at)}`);
    await sender.post(
      'sync',
      ids.map((requestId) => ({ message: { v: 1, requestId, n: 0 }, key: requestId })),
    );
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const got: string[] = [];
    await worker.work('sync', { slots: 1, fetchedTogether: ids.length }, async ({ requestId }) => {
      got.push(requestId);
      await gate;
      if (got.length === 2) throw new Error('a fault of one of them');
    });
    await until(async () => (await jobs('sync', 'active')).length === ids.length);
    expect(got).toHaveLength(1);
    open();
    await until(() => got.length === ids.length);
    expect(got.toSorted()).toEqual(ids);
    expect(errors).toContain('a fault of one of them');
  });

  it('are settled when the last handler has ended, also one that throws', async () => {
    const { promise: gate, reject: end } = Promise.withResolvers<void>();
    const queues = await start('worker');
    let begun = 0;
    await queues.work('deliver', { slots: 1 }, async () => {
      begun += 1;
      await gate;
    });
    await queues.post('deliver', [{ message: { v: 1, requestId: 'r1' }, key: 'settled' }]);
    await until(() => begun === 1);
    await queues.leaveAll();
    const order: string[] = [];
    const settled = queues.settled().then(() => order.push('settled'));
    await setImmediate();
    order.push('ended');
    end(new Error('later'));
    await settled;
    expect(order).toEqual(['ended', 'settled']);
    await queues.settled();
  });

  it('keeps no text of a fault in its tables', async () => {
    const queues = await start('worker');
    await queues.post('pull', [{ message: { v: 1, requestId: 'r1' }, key: 'faulty' }]);
    await queues.work('pull', { slots: 1 }, async () => Promise.reject(new Error('what a person is called')));
    await until(() => errors.includes('what a person is called'));
    await until(async () => (await jobs('pull', 'active')).length === 0);
    const [job, ...others] = await jobs('pull');
    expect(others).toEqual([]);
    expect(JSON.stringify(job)).toContain('"r1"');
    expect(JSON.stringify(job)).not.toContain('what a person');
  });

  it('holds at most one waiting job of a key', async () => {
    const sender = await start('sender');
    const one: Posting<'housekeeping'> = { message: { v: 1, duty: 'expire' }, key: 'expire' };
    await sender.post('housekeeping', [one, one]);
    await sender.post('housekeeping', [one]);
    const { Client } = await import('pg');
    const client = new Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query<{ count: string }>(
      `SELECT count(*) FROM q.job WHERE name = 'housekeeping'`,
    );
    await client.end();
    expect(rows[0]?.count).toBe('1');
  });

  it('has one job of each list that waits, however often it is handed in, and one for each place that is to help with it', async () => {
    const sender = await start('sender');
    const { Client } = await import('pg');
    const client = new Client({ connectionString: url });
    await client.connect();
    const db: TransactionDb = { executeSql: async (text, values) => client.query(text, values) };
    const requestId = '6f9619ff-8b86-4d01-b42d-00cf4fc964bb';
    await client.query('BEGIN');
    await postList(sender, requestId, 2, db);
    await postList(sender, requestId, 1, db);
    await postList(sender, '6f9619ff-8b86-4d01-b42d-00cf4fc964cc', 0, db);
    await client.query('COMMIT');
    const { rows } = await client.query(
      `SELECT name, singleton_key AS key FROM q.job WHERE data->>'requestId' LIKE '%4fc964bb' OR data->>'requestId' LIKE '%4fc964cc'
        ORDER BY name DESC, key`,
    );
    await client.end();
    expect(rows).toEqual([
      { name: 'list', key: requestId },
      { name: 'authenticate', key: `${requestId}/0` },
      { name: 'authenticate', key: `${requestId}/1` },
    ]);
  });

  it('loses its finished jobs within the hour, whichever worker comes to it', async () => {
    const sender = await start('sender');
    const requestId = '6f9619ff-8b86-4d01-b42d-00cf4fc964aa';
    const { Client } = await import('pg');
    const client = new Client({ connectionString: url });
    await client.connect();
    await sender.post('deliver', [{ message: { v: 1, requestId }, key: requestId }]);
    // As if it had been done 31 minutes ago, and the tables been tidied five minutes ago.
    await client.query(
      `UPDATE q.job SET state = 'completed', started_on = now() - interval '32 min', completed_on = now() - interval '31 min'
        WHERE name = 'deliver'`,
    );
    await client.query(`UPDATE q.queue SET maintain_on = now() - interval '301 s', monitor_on = now()`);
    const worker = new Queues({
      url,
      schema: 'q',
      role: 'worker',
      looksAfterSeconds: 1,
      onError: (error) => errors.push(error.message),
    });
    await worker.start();
    started.push(worker);
    const left = async (): Promise<number> =>
      (await client.query(`SELECT 1 FROM q.job WHERE name = 'deliver'`)).rows.length;
    await until(async () => (await left()) === 0);
    expect(await left()).toBe(0);
    await client.end();
  });

  it('that an earlier version has installed otherwise is as this version wants it', async () => {
    await installQueues(url, 'otherwise');
    const { Client } = await import('pg');
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(`UPDATE otherwise.queue SET deletion_seconds = 86400`);
    await installQueues(url, 'otherwise');
    const { rows } = await client.query(`SELECT 1 FROM otherwise.queue WHERE deletion_seconds > 3600`);
    await client.end();
    expect(rows).toEqual([]);
  });

  it('that was never installed stops the start with a sentence', async () => {
    const queues = new Queues({ url, schema: 'absent', role: 'sender', onError: () => undefined });
    await expect(queues.start()).rejects.toThrow(
      /^The queues in schema absent are not there .*npm run migrate/,
    );
  });

  it('that an earlier version did not know stops the start as well', async () => {
    await installQueues(url, 'earlier');
    const boss = new PgBoss({ connectionString: url, schema: 'earlier', supervise: false, schedule: false });
    await boss.start();
    await boss.deleteQueue('preflight');
    await boss.stop({ graceful: false });
    const queues = new Queues({ url, schema: 'earlier', role: 'sender', onError: () => undefined });
    await expect(queues.start()).rejects.toThrow(QueueError);
    await installQueues(url, 'earlier');
    await queues.start();
    started.push(queues);
  });
});

it('says that the queue can be used while its tables are there', async () => {
  const queues = await start('sender');
  await expect(queues.check()).resolves.toBeUndefined();
});

describe('a queue whose database is away', () => {
  it('tells of each fault what it is, also of those in a place where jobs are worked on', async () => {
    const proxy = await TcpProxy.start(Number(new URL(url).port));
    const proxied = new URL(url);
    proxied.port = String(proxy.port);
    const told: Error[] = [];
    const queues = new Queues({
      url: proxied.href,
      schema: 'q',
      role: 'worker',
      onError: (error) => told.push(error),
    });
    await queues.start();
    await queues.work('deliver', { slots: 2 }, async () => undefined);
    proxy.cut('reset');
    await until(() => told.filter((error) => 'worker' in error).length > 1);
    expect(told.map((error) => databaseTrouble(error))).toEqual(told.map(() => 'away'));
    proxy.mend();
    await queues.stop(1000);
    await proxy.close();
  });
});
