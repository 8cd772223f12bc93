import { Ending } from '@mts/platform';
import type { Database } from '@mts/store';
import { until } from '@mts/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { Seeder } from './seeder.js';
import { Bench } from './spec-support/running-seeder.js';
import { type StubAnswer, tokenOf } from './spec-support/stub-ida.js';

const WELL: StubAnswer = { kind: 'errors', errors: [['IDA-MLC-002', 'Invalid UIN']] };
const PEOPLE = ['1001', '1002', '1003', '1004'];

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(async () => bench.close());

const answersLate = (vid: string): StubAnswer => ({ kind: 'token when released', token: tokenOf(vid) });

/**
 * Starts a seeder, and stops it while calls are in flight: IDA answers nothing any more, neither these nor preflights.
 * @returns what it had not ended in time
 */
async function stopWhileSilent(inFlight = PEOPLE.length): Promise<readonly string[]> {
  for (const vid of PEOPLE) bench.ida.script(vid, answersLate(vid));
  bench.ida.preflightAnswer = WELL;
  const app = await bench.startSeeder();
  await bench.reconcileLater();
  await until(() => bench.ida.waiting === inFlight);
  bench.ida.preflightAnswer = answersLate('0');
  const ending = new Ending();
  const stopped = app.get(Seeder).stop(ending);
  bench.ida.breakOff();
  await stopped;
  return ending.stillOpen;
}

it('a seeder that stops makes no preflight after calls without an answer, keeps them as unknown, and hands all back', async () => {
  const id = await bench.submit(PEOPLE);
  expect(await stopWhileSilent()).toEqual([]);
  // That of its start.
  expect(bench.ida.preflights).toBe(1);
  expect(await bench.database.query('SELECT DISTINCT state, attempts FROM record')).toEqual([
    { state: 'unknown', attempts: 1 },
  ]);
  expect(await bench.database.query('SELECT 1 FROM range WHERE lease_until IS NOT NULL')).toEqual([]);
  expect([await bench.profile.currentHold(), await bench.profile.holdsOf(id)]).toEqual([undefined, []]);
});

it('a seeder that stops erases no more of a large list, and waits for none of it', async () => {
  const id = await bench.submitUnoffered(PEOPLE);
  await bench.database.query(`UPDATE request SET state = 'archived' WHERE id = $1`, [id]);
  await bench.database.query(
    `INSERT INTO record (request_id, line, state) SELECT $1, line, 'processed' FROM generate_series(5, 25000) line`,
    [id],
  );
  const app = await bench.startSeeder();
  const ending = new Ending();
  let stopped: Promise<void> | undefined;
  await bench.database.transaction(async (tx) => {
    await tx.query('SELECT 1 FROM record WHERE request_id = $1 AND line = 15000 FOR UPDATE', [id]);
    await bench.queues.post('housekeeping', [{ message: { v: 1, duty: 'expire' }, key: 'expire' }]);
    await until(async () => (await recordsOf(id, tx)) === 15_000);
    stopped = app.get(Seeder).stop(ending);
  });
  await stopped;
  expect([ending.stillOpen, await recordsOf(id, bench.database)]).toEqual([[], 5_000]);
});

async function recordsOf(id: string, database: Pick<Database, 'query'>): Promise<number> {
  return (await database.query('SELECT 1 FROM record WHERE request_id = $1', [id])).length;
}

it('whomever it leaves so is asked again, also where the next seeder stops in the middle of that', async () => {
  const id = await bench.submit(PEOPLE);
  await stopWhileSilent();
  // Of those who were asked before one is asked first.
  expect(await stopWhileSilent(1)).toEqual([]);
  expect(await bench.progress(id)).toMatchObject({ done: 0, failed: 0 });
  for (const vid of PEOPLE) bench.ida.script(vid, { kind: 'token', token: tokenOf(vid) });
  bench.ida.preflightAnswer = WELL;
  await bench.startSeeder();
  await until(async () => {
    await bench.reconcileLater();
    return (await bench.progress(id)).state === 'processed';
  });
  expect((await bench.rows(id)).map(({ token }) => token)).toEqual(PEOPLE.map(tokenOf));
});
