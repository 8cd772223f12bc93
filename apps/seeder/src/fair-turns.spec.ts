import { RangeStore } from '@mts/store';
import { until } from '@mts/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Bench } from './spec-support/running-seeder.js';
import { tokenOf } from './spec-support/stub-ida.js';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(async () => bench.close());

const people = (count: number, from: number): string[] =>
  Array.from({ length: count }, (_, index) => String(from + index));

async function ended(id: string): Promise<void> {
  await until(async () => (await bench.progress(id)).state === 'processed');
}

/** Lists whose every range takes minutes at the cap. */
async function longLists(count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let at = 0; at < count; at += 1) ids.push(await bench.submit(people(501, 10_000 * (at + 1))));
  return ids;
}

const AT_THE_CAP = {
  MTS_IDA_RATE_PER_SECOND_MAX: '10',
  MTS_RANGES_AT_ONCE_MAX: '2',
};

describe('a short list', () => {
  it('comes to its turn beside more long ones than there are places for their ranges', async () => {
    const long = await longLists(3);
    await bench.startSeeder(AT_THE_CAP);
    await until(() => bench.ida.asked.length > 3);
    const short = await bench.submit(people(3, 1000));
    await ended(short);
    for (const id of long) expect((await bench.progress(id)).state).toBe('processing');
  });

  it('that has lost its jobs gets others, whatever long lists are being worked on', async () => {
    const long = await longLists(3);
    await bench.startSeeder(AT_THE_CAP);
    await until(() => bench.ida.asked.length > 3);
    const short = await bench.submitUnoffered(people(3, 1000));
    await bench.reconcile();
    await ended(short);
    for (const id of long) expect((await bench.progress(id)).state).toBe('processing');
  });
});

async function leases(): Promise<number> {
  return (await bench.database.query('SELECT 1 FROM range WHERE lease_until > now()')).length;
}

describe('of a long list', () => {
  it('a seeder has one range as long as most of it waits, and leaves the next one to other seeders', async () => {
    await bench.submit(people(1501, 1000));
    await bench.startSeeder(AT_THE_CAP);
    await until(() => bench.ida.asked.length > 3);
    expect(await leases()).toBe(1);
    await bench.startSeeder(AT_THE_CAP);
    await until(async () => (await leases()) === 2);
    expect(await leases()).toBe(2);
  });

  it('a seeder takes the next range before the calls of the last one have ended', async () => {
    const all = people(501, 1000);
    for (const vid of all.slice(495, 500))
      bench.ida.script(vid, { kind: 'token when released', token: tokenOf(vid) });
    await bench.submit(all);
    await bench.startSeeder({ MTS_IDA_IN_FLIGHT_MAX: '10' });
    await until(() => bench.ida.waiting === 5);
    await until(() => bench.ida.asked.includes(all[500] ?? ''));
    expect(bench.ida.waiting).toBe(5);
  });

  it('the sending of the next block is noted while one goes out, and of no other', async () => {
    const all = people(200, 1000);
    for (const vid of all) bench.ida.script(vid, { kind: 'token when released', token: tokenOf(vid) });
    const id = await bench.submit(all);
    await bench.startSeeder({ MTS_IDA_IN_FLIGHT_MAX: '4' });
    await until(() => bench.ida.waiting === 4);
    await until(async () => (await bench.sentMarks(id)) === 64);
    expect(bench.ida.asked).toHaveLength(4);
  });
});

it('what a killed seeder has left of a list is taken up, though all places for its ranges are taken', async () => {
  const id = await bench.submit(people(5001, 1000));
  const left = [5, 6, 7];
  for (const n of left) await new RangeStore(bench.database).take(id, n);
  await bench.startSeeder(AT_THE_CAP);
  await until(() => bench.ida.asked.length > 3);
  await bench.database.query(
    `UPDATE range SET lease_until = now() - interval '1 second' WHERE request_id = $1 AND n = ANY ($2)`,
    [id, left],
  );
  await bench.reconcile();
  const areTaken = async (): Promise<boolean> => {
    const taken = await bench.database.query(
      'SELECT 1 FROM range WHERE request_id = $1 AND n = ANY ($2) AND lease_until > now()',
      [id, left],
    );
    return taken.length === left.length;
  };
  await until(areTaken);
  expect(await areTaken()).toBe(true);
});

it('a long list is asked about to its end by its turns alone', async () => {
  const id = await bench.submitUnoffered(people(1501, 1000));
  await bench.offerList(id);
  await bench.startSeeder();
  await ended(id);
  expect(bench.ida.asked).toHaveLength(1501);
});

it('what a killed seeder has left is asked about before lists that wait for a place', async () => {
  const left = await bench.submitUnoffered(people(1, 1000));
  await bench.database.query(`UPDATE range SET epoch = 1, lease_until = now() - interval '1 second'`);
  const firsts = Array.from({ length: 48 }, (_, at) => 10_000 + 1000 * at);
  for (const first of firsts) await bench.submit(people(100, first));
  await bench.startSeeder({ MTS_IDA_RATE_PER_SECOND_MAX: '50', MTS_RANGES_AT_ONCE_MAX: '1' });
  await until(() => bench.ida.asked.length > 0);
  await bench.reconcile();
  await ended(left);
  expect(firsts.filter((first) => !bench.ida.asked.includes(String(first)))).not.toEqual([]);
});

it('a seeder that comes later gets lists of one that has them all', async () => {
  for (let at = 0; at < 6; at += 1) await bench.submit(people(100, 10_000 * (at + 1)));
  await bench.startSeeder(AT_THE_CAP);
  await until(async () => (await leases()) === 6);
  await bench.startSeeder(AT_THE_CAP);
  const fewest = async (): Promise<number> => {
    const rows = await bench.database.query<{ lists: number }>('SELECT lists FROM seeder');
    return rows.length < 2 ? 0 : Math.min(...rows.map(({ lists }) => lists));
  };
  await until(async () => (await fewest()) >= 2);
  expect(await leases()).toBeGreaterThan(0);
});

it('a seeder that is stopped keeps what the calls for a list bring, and leaves the rest to others', async () => {
  const id = await bench.submitUnoffered(people(10, 1000));
  for (const vid of people(10, 1000))
    bench.ida.script(vid, { kind: 'token when released', token: tokenOf(vid) });
  await bench.offerList(id);
  const seeder = await bench.startSeeder({ MTS_IDA_IN_FLIGHT_MAX: '4' });
  await until(() => bench.ida.waiting === 4);
  const closing = seeder.close();
  await until(async () => (await bench.waitingRecords(id)) === 6);
  bench.ida.release();
  await closing;
  expect(await bench.progress(id)).toMatchObject({ done: 4, failed: 0 });
  expect(bench.ida.asked).toHaveLength(4);
});

it('a seeder that is stopped begins with no further range, though places wait to', async () => {
  const all = people(1501, 1000);
  for (const vid of all) bench.ida.script(vid, { kind: 'token when released', token: tokenOf(vid) });
  const id = await bench.submit(all);
  const seeder = await bench.startSeeder({ MTS_IDA_IN_FLIGHT_MAX: '4' });
  await until(() => bench.ida.waiting === 4);
  const closing = seeder.close();
  await until(async () => (await bench.waitingRecords(id)) === 60);
  bench.ida.release();
  await closing;
  expect(await bench.database.query('SELECT n, epoch FROM range WHERE epoch > 0')).toEqual([
    { n: 0, epoch: 1 },
  ]);
});
