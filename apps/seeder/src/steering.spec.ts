import { FIRST_PAGE_AFTER, SteeringStore } from '@mts/store';
import { until } from '@mts/testing';
import type { INestApplicationContext } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Bench } from './spec-support/running-seeder.js';
import { tokenOf } from './spec-support/stub-ida.js';

let bench: Bench;
let steering: SteeringStore;
beforeEach(async () => {
  bench = await Bench.open();
  steering = new SteeringStore(bench.database, bench.requests);
});
afterEach(async () => bench.close());

const people = (count: number): string[] => Array.from({ length: count }, (_, index) => String(1000 + index));

async function states(id: string): Promise<string[]> {
  const rows = await bench.database.query<{ state: string }>(
    'SELECT state FROM record WHERE request_id = $1 ORDER BY line',
    [id],
  );
  return rows.map((row) => row.state);
}

const TWENTY = people(20);

/** Three of twenty are being asked, and no other will be. */
async function cancelledAfterThree(): Promise<{
  readonly id: string;
  readonly seeder: INestApplicationContext;
}> {
  for (const vid of TWENTY) bench.ida.script(vid, { kind: 'token when released', token: tokenOf(vid) });
  const id = await bench.submit(TWENTY);
  const seeder = await bench.startSeeder({ MTS_IDA_IN_FLIGHT_MAX: '3' });
  await until(() => bench.ida.waiting === 3);
  expect(await steering.cancel(id)).toBe('cancelling');
  await until(async () => bench.hasStopped(id));
  return { id, seeder };
}

/** What the scheduler does with those whose seeders are gone. @returns these */
async function endCancelled(): Promise<readonly string[]> {
  const left = await steering.cancelledAndLeft({ limit: 10, afterId: FIRST_PAGE_AFTER });
  for (const { requestId } of left) await steering.cancel(requestId);
  return left.map(({ requestId }) => requestId);
}

async function isCancelled(id: string): Promise<boolean> {
  return (await bench.requests.find(id))?.state === 'cancelled';
}

describe('a request that is cancelled while it is asked about', () => {
  it('is asked about no further, and what is in flight is finished and kept', async () => {
    const { id } = await cancelledAfterThree();
    await bench.outlastLeases(id);
    expect(await endCancelled()).toEqual([]);
    bench.ida.release();
    await until(async () => isCancelled(id));
    expect(bench.ida.asked).toHaveLength(3);
    expect(await states(id)).toEqual(TWENTY.map((_, at) => (at < 3 ? 'processed' : 'submitted')));
  });

  it('by a seeder that is stopped then, is finished by it in the same way', async () => {
    const { id, seeder } = await cancelledAfterThree();
    const closing = seeder.close();
    await bench.outlastLeases(id);
    bench.ida.release();
    await closing;
    expect(await isCancelled(id)).toBe(true);
    expect(await states(id)).toEqual(TWENTY.map((_, at) => (at < 3 ? 'processed' : 'submitted')));
  });

  it('by a seeder that dies then, keeps of those alone that IDA may have been asked who were', async () => {
    const { id } = await cancelledAfterThree();
    // What this seeder brings from now on is that of one that is frozen, and comes back.
    await bench.database.query(
      'UPDATE range SET epoch = epoch + 1, lease_until = now() WHERE request_id = $1',
      [id],
    );
    expect(await endCancelled()).toEqual([id]);
    bench.ida.release();
    await until(() => bench.logLines.some((line) => line.includes('taken over or its request ended')));
    expect(await states(id)).toEqual(TWENTY.map((_, at) => (at < 3 ? 'unknown' : 'submitted')));
  });

  it('and of which no answer comes, keeps that IDA may have been asked', async () => {
    const persons = people(5);
    for (const vid of persons) bench.ida.script(vid, { kind: 'hang' });
    const id = await bench.submit(persons);
    await bench.startSeeder({ MTS_IDA_IN_FLIGHT_MAX: '2', MTS_IDA_ANSWER_TIMEOUT_MS: '1500' });
    await until(() => bench.ida.asked.length === 2);
    await steering.cancel(id);
    await until(async () => isCancelled(id));
    const came = await states(id);
    expect(came.filter((state) => state === 'unknown')).toHaveLength(new Set(bench.ida.asked).size);
    expect(came).toHaveLength(came.filter((state) => state === 'unknown' || state === 'submitted').length);
  });
});

async function resumeToTheEnd(id: string): Promise<void> {
  await steering.resume(id, 'operator');
  await until(async () => {
    await bench.reconcile();
    bench.ida.release();
    return (await bench.requests.find(id))?.state === 'processed';
  });
}

describe('a request that is paused', () => {
  const persons = people(10);

  async function pausedAfterTwo(): Promise<string> {
    for (const vid of persons) bench.ida.script(vid, { kind: 'token when released', token: tokenOf(vid) });
    const id = await bench.submit(persons);
    await bench.startSeeder({ MTS_IDA_IN_FLIGHT_MAX: '2' });
    await until(() => bench.ida.waiting === 2);
    await steering.pause(id);
    await until(async () => bench.hasStopped(id));
    return id;
  }

  it('is asked about no further until it is resumed', async () => {
    const id = await pausedAfterTwo();
    bench.ida.release();
    await until(async () => isHandedBack(id));
    await bench.reconcile();
    expect(await bench.progress(id)).toMatchObject({ state: 'processing', done: 2 });
    expect(bench.ida.asked).toHaveLength(2);
    await resumeToTheEnd(id);
    expect(bench.ida.asked.toSorted()).toEqual(persons);
  });

  it('and resumed while calls are under way has nobody asked twice, however long these take', async () => {
    const id = await pausedAfterTwo();
    await bench.outlastLeases(id);
    await resumeToTheEnd(id);
    expect(bench.ida.asked.toSorted()).toEqual(persons);
  });
});

it('a request that is erased while it is asked about keeps nothing of what is answered then', async () => {
  const { id } = await cancelledAfterThree();
  await expect(steering.erase(id)).resolves.toBe('none is left');
  bench.ida.release();
  await until(() => bench.logLines.some((line) => line.includes('taken over or its request ended')));
  expect(bench.ida.asked).toHaveLength(3);
  expect([await states(id), await bench.progress(id)]).toMatchObject([[], { state: 'archived', done: 0 }]);
});

async function isHandedBack(id: string): Promise<boolean> {
  const held = await bench.database.query(
    'SELECT 1 FROM range WHERE request_id = $1 AND lease_until IS NOT NULL',
    [id],
  );
  return held.length === 0;
}

it('records that are asked again are asked once, and no other is', async () => {
  const persons = people(3);
  bench.ida.script('1000', {
    kind: 'errors',
    errors: [['IDA-DEA-001', 'Demographic data name did not match']],
  });
  const silent = { kind: 'http', status: 503 } as const;
  bench.ida.script('1001', silent, silent, { kind: 'token', token: tokenOf('1001') });
  bench.ida.script('1002', { kind: 'token', token: tokenOf('1002') });
  const id = await bench.submit(persons);
  await bench.database.query('UPDATE request SET keeps_input = true WHERE id = $1', [id]);
  await bench.startSeeder({ MTS_IDA_IN_FLIGHT_MAX: '1' });
  await until(async () => (await bench.requests.find(id))?.state === 'processed_with_errors');
  bench.ida.asked.length = 0;
  await bench.database.transaction(async (tx) => steering.retry(id, ['MTS-IDA-001'], tx));
  await until(async () => {
    await bench.reconcile();
    return (await bench.requests.find(id))?.state === 'processed_with_errors';
  });
  expect(bench.ida.asked).toEqual(['1001']);
  expect((await bench.rows(id)).map((row) => row.token)).toEqual([null, tokenOf('1001'), tokenOf('1002')]);
});
