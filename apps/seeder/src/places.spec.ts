import { SeederStore } from '@mts/store';
import { until } from '@mts/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Bench } from './spec-support/running-seeder.js';
import { tokenOf } from './spec-support/stub-ida.js';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(async () => bench.close());

const people = (count: number, from = 1000): string[] =>
  Array.from({ length: count }, (_, index) => String(from + index));

async function isProcessed(id: string): Promise<boolean> {
  return (await bench.progress(id)).state === 'processed';
}

async function shares(): Promise<(number | null)[]> {
  const live = await new SeederStore(bench.database).live();
  return live.map(({ inFlightShare }) => inFlightShare);
}

it('a small list has every second call beside a giant when there is a single place', async () => {
  const [giant, small] = [people(1500), people(5, 9000)];
  const id = await bench.submit(giant);
  await bench.startSeeder({ MTS_IDA_IN_FLIGHT_MAX: '1' });
  await until(() => bench.ida.asked.length > 20);
  await bench.submit(small);
  await until(() => small.every((vid) => bench.ida.asked.includes(vid)));
  const turns = small.map((vid) => bench.ida.asked.indexOf(vid));
  expect(Math.max(...turns) - Math.min(...turns)).toBeLessThanOrEqual(2 * small.length);
  expect(await isProcessed(id)).toBe(false);
});

describe('a maximum of all seeders', () => {
  it('is kept by two of them, which both ask', async () => {
    // With four lists, neither can take all of them.
    const settings = { MTS_IDA_IN_FLIGHT_MAX_ALL: '3', MTS_RANGES_AT_ONCE_MAX: '2' };
    for (let seeder = 0; seeder < 2; seeder += 1) await bench.startSeeder(settings);
    await until(async () => (await shares()).join() === '2,1');
    bench.ida.inFlightMax = 0;
    const persons = people(12);
    for (const vid of persons) bench.ida.script(vid, { kind: 'token when released', token: tokenOf(vid) });
    const lists = await Promise.all([0, 3, 6, 9].map(async (at) => bench.submit(persons.slice(at, at + 3))));
    await until(() => bench.ida.waiting === 3);
    await until(async () => {
      bench.ida.release();
      return (await Promise.all(lists.map(isProcessed))).every(Boolean);
    });
    expect([bench.ida.inFlightMax, bench.ida.asked.length]).toEqual([3, 12]);
  });

  it('leaves a seeder without a place and without a range, until another one stops', async () => {
    const settings = { MTS_IDA_IN_FLIGHT_MAX_ALL: '1' };
    const first = await bench.startSeeder(settings);
    await bench.startSeeder(settings);
    expect(await shares()).toEqual([1, 0]);
    const persons = people(6);
    for (const vid of persons) bench.ida.script(vid, { kind: 'token when released', token: tokenOf(vid) });
    const lists = await Promise.all(persons.map(async (vid) => bench.submit([vid])));
    await until(() => bench.ida.waiting === 1);
    const closing = first.close();
    for (const vid of persons) bench.ida.script(vid, { kind: 'token', token: tokenOf(vid) });
    bench.ida.release();
    await closing;
    await until(async () => {
      await bench.reconcile();
      return (await Promise.all(lists.map(isProcessed))).every(Boolean);
    });
    expect([await shares(), bench.ida.asked.toSorted()]).toEqual([[1], persons]);
  });
});
