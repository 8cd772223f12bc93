import { until } from '@mts/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Bench } from './spec-support/running-seeder.js';
import { type StubAnswer, tokenOf } from './spec-support/stub-ida.js';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(async () => bench.close());

const people = (count: number): string[] => Array.from({ length: count }, (_, index) => String(1000 + index));

async function makeProbeDue(): Promise<void> {
  for (const table of ['profile_hold', 'request_hold'])
    await bench.database.query(`UPDATE ${table} SET next_probe_at = now() WHERE next_probe_at IS NOT NULL`);
}

describe('an outage that is over', () => {
  it('is not told any more by the last preflight', async () => {
    bench.ida.preflightAnswer = { kind: 'http', status: 503 };
    await bench.submit(['1001']);
    await bench.startSeeder();
    expect(await bench.profile.currentHold()).toMatchObject({ probe: 'record', code: 'MTS-IDA-103' });
    bench.ida.preflightAnswer = { kind: 'errors', errors: [['IDA-MLC-002', 'Invalid UIN']] };
    await makeProbeDue();
    await until(async () => (await bench.profile.currentHold()) === undefined);
    expect(await bench.profile.lastPreflight()).toMatchObject({ ok: true });
  });
});

describe('an outage', () => {
  const SILENT: StubAnswer[] = Array.from({ length: 20 }, () => ({ kind: 'http', status: 503 }));

  it('of matching ends nobody, however often it is probed', async () => {
    const persons = people(4);
    for (const vid of persons) bench.ida.script(vid, ...SILENT);
    const id = await bench.submit(persons);
    await bench.startSeeder({ MTS_IDA_IN_FLIGHT_MAX: '3' });
    await until(async () => (await bench.profile.holdsOf(id)).length > 0);
    for (let probe = 1; probe <= 4; probe += 1) {
      const before = bench.ida.asked.length;
      await makeProbeDue();
      await until(() => bench.ida.asked.length > before);
    }
    expect(await bench.progress(id)).toMatchObject({ state: 'processing', failed: 0 });
    for (const vid of persons) bench.ida.script(vid, { kind: 'token', token: tokenOf(vid) });
    await makeProbeDue();
    await until(async () => {
      await bench.reconcile();
      return (await bench.progress(id)).state === 'processed';
    });
    expect((await bench.rows(id)).map((row) => row.token)).toEqual(persons.map(tokenOf));
  });

  it('of all of IDA is probed without asking about anybody', async () => {
    bench.ida.preflightAnswer = { kind: 'http', status: 503 };
    await bench.submit(people(2));
    await bench.startSeeder();
    const before = bench.ida.preflights;
    await makeProbeDue();
    await until(() => bench.ida.preflights > before);
    await makeProbeDue();
    await until(() => bench.ida.preflights > before + 1);
    expect(bench.ida.asked).toEqual([]);
  });
});
