import { LEASE_SECONDS, SteeringStore } from '@mts/store';
import { until } from '@mts/testing';
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

describe('a request that is cancelled while it is asked about', () => {
  it('is asked about no further, and what is in flight is finished and kept', async () => {
    const persons = people(20);
    for (const vid of persons) bench.ida.script(vid, { kind: 'token when released', token: tokenOf(vid) });
    const id = await bench.submit(persons);
    await bench.startSeeder({ MTS_IDA_IN_FLIGHT_MAX: '3', MTS_IDA_ANSWER_TIMEOUT_MS: '15000' });
    await until(() => bench.ida.asked.length === 3);
    expect(await steering.cancel(id)).toBe('cancelling');
    await until(async () => isToldToStop(id));
    bench.ida.release();
    await until(async () => (await bench.requests.find(id))?.state === 'cancelled');
    expect(bench.ida.asked).toHaveLength(3);
    expect(await states(id)).toEqual(persons.map((_, at) => (at < 3 ? 'processed' : 'submitted')));
  });

  it('and of which no answer comes, keeps that IDA may have been asked', async () => {
    const persons = people(5);
    for (const vid of persons) bench.ida.script(vid, { kind: 'hang' });
    const id = await bench.submit(persons);
    await bench.startSeeder({ MTS_IDA_IN_FLIGHT_MAX: '2', MTS_IDA_ANSWER_TIMEOUT_MS: '1500' });
    await until(() => bench.ida.asked.length === 2);
    await steering.cancel(id);
    await until(async () => (await bench.requests.find(id))?.state === 'cancelled');
    const came = await states(id);
    expect(came.filter((state) => state === 'unknown')).toHaveLength(new Set(bench.ida.asked).size);
    expect(came).toHaveLength(came.filter((state) => state === 'unknown' || state === 'submitted').length);
  });
});

it('a request that is paused is asked about no further until it is resumed', async () => {
  const persons = people(10);
  for (const vid of persons) bench.ida.script(vid, { kind: 'token when released', token: tokenOf(vid) });
  const id = await bench.submit(persons);
  await bench.startSeeder({ MTS_IDA_IN_FLIGHT_MAX: '2', MTS_IDA_ANSWER_TIMEOUT_MS: '15000' });
  await until(() => bench.ida.asked.length === 2);
  await steering.pause(id);
  await until(async () => isToldToStop(id));
  bench.ida.release();
  await until(async () => isHandedBack(id));
  await bench.reconcile();
  expect(await bench.progress(id)).toMatchObject({ state: 'processing', done: 2 });
  expect(bench.ida.asked).toHaveLength(2);
  await steering.resume(id, 'operator');
  await until(async () => {
    bench.ida.release();
    await bench.reconcile();
    return (await bench.requests.find(id))?.state === 'processed';
  });
  expect(bench.ida.asked.toSorted()).toEqual(persons.toSorted());
});

/** Leases are renewed every second: one that was not for two was refused, which stops the work. */
async function isToldToStop(id: string): Promise<boolean> {
  const told = await bench.database.query(
    'SELECT 1 FROM range WHERE request_id = $1 AND lease_until < now() + make_interval(secs => $2)',
    [id, LEASE_SECONDS - 2],
  );
  return told.length > 0;
}

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
