import { until } from '@mts/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Bench } from '../spec-support/running-seeder.js';
import type { StubAnswer } from '../spec-support/stub-ida.js';

const EXPIRED: StubAnswer = {
  kind: 'errors',
  errors: [['IDA-MPA-008', 'License key of MISP has expired']],
};
const WELL: StubAnswer = { kind: 'errors', errors: [['IDA-MLC-002', 'Invalid UIN']] };

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(async () => bench.close());

/** The states of the jobs that wanted a preflight. */
async function jobStates(): Promise<string[]> {
  const jobs = await bench.database.query<{ state: string }>(
    `SELECT state::text FROM mts_queue.job WHERE name = 'preflight'`,
  );
  return jobs.map(({ state }) => state);
}

describe('a preflight that somebody asks for', () => {
  it('is made at once, and ends the hold that waits for one', async () => {
    bench.ida.preflightAnswer = EXPIRED;
    await bench.startSeeder();
    expect(await bench.profile.currentHold()).toMatchObject({ probe: 'preflight', code: 'IDA-MPA-008' });
    bench.ida.preflightAnswer = WELL;
    const askedAt = await bench.database.now();
    await bench.askForPreflight(askedAt);
    const result = await until(async () => {
      const last = await bench.profile.lastPreflight();
      return last !== undefined && last.checkedAt >= askedAt && last;
    });
    expect(result).toMatchObject({ ok: true, code: null, reason: null });
    // Who has read the result finds the hold ended.
    expect(await bench.profile.currentHold()).toBeUndefined();
  });

  it('holds the profile when it fails', async () => {
    await bench.startSeeder();
    bench.ida.preflightAnswer = EXPIRED;
    await bench.askForPreflight(await bench.database.now());
    expect(await until(async () => bench.profile.currentHold())).toMatchObject({ code: 'IDA-MPA-008' });
    expect(await bench.profile.lastPreflight()).toMatchObject({ ok: false, code: 'IDA-MPA-008' });
  });

  it('has a waiting record asked at once where a hold waits for that, and its answer ends the hold', async () => {
    const id = await bench.submit(['1001', '1002']);
    await bench.profile.hold('record', 'MTS-IDA-102', 'silence');
    await bench.startSeeder();
    await bench.askForPreflight(await bench.database.now());
    await until(async () => (await bench.profile.currentHold()) === undefined);
    expect(bench.ida.asked).toEqual(['1001']);
    expect(await bench.progress(id)).toMatchObject({ done: 1 });
  });

  it('leaves such a hold when it fails, and no record is asked', async () => {
    await bench.submit(['1001']);
    await bench.profile.hold('record', 'MTS-IDA-102', 'silence');
    const before = await bench.profile.currentHold();
    bench.ida.preflightAnswer = EXPIRED;
    await bench.startSeeder();
    await bench.askForPreflight(await bench.database.now());
    await until(() => bench.ida.preflights === 2);
    await until(async () => (await jobStates()).every((state) => state === 'completed'));
    const { code, reason, since } = before ?? {};
    expect(await bench.profile.currentHold()).toMatchObject({ probe: 'record', code, reason, since });
    expect(bench.ida.asked).toEqual([]);
  });

  it('is made for 500 who press it one after the other no oftener than once a second', async () => {
    await bench.startSeeder();
    const begunAt = await bench.database.now();
    for (let press = 0; press < 500; press += 1) await bench.askForPreflight(await bench.database.now());
    const lastAt = await bench.database.now();
    await until(async () => {
      await bench.askForPreflight(lastAt);
      const last = await bench.profile.lastPreflight();
      return last !== undefined && last.checkedAt >= lastAt;
    });
    const seconds = ((await bench.database.now()).getTime() - begunAt.getTime()) / 1000;
    // The first two are that of the start and that of the first press.
    expect(bench.ida.preflights).toBeLessThanOrEqual(2 + Math.ceil(seconds));
  });

  it('is not made again for a question that a later one has answered', async () => {
    const askedAt = await bench.database.now();
    await bench.askForPreflight(askedAt);
    await bench.startSeeder();
    await until(async () => (await jobStates()).every((state) => state === 'completed'));
    expect(bench.ida.preflights).toBe(1);
  });

  it('is made once for all who ask while one is under way', async () => {
    await bench.startSeeder();
    bench.ida.preflightAnswer = { kind: 'token when released', token: '1' };
    await bench.askForPreflight(await bench.database.now());
    await until(() => bench.ida.waiting === 1);
    await bench.askForPreflight(await bench.database.now());
    expect(await jobStates()).toEqual(['active']);
    bench.ida.release();
  });
});
