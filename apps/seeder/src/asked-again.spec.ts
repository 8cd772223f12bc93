import { until } from '@mts/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Calm } from './authenticate/calm.js';
import { Bench } from './spec-support/running-seeder.js';
import { type StubAnswer, tokenOf } from './spec-support/stub-ida.js';

/** Calm when a test says so. */
class SwitchedCalm extends Calm {
  on = false;

  override get isCalm(): boolean {
    return this.on;
  }
}

const SILENT: StubAnswer = { kind: 'http', status: 503 };

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(async () => bench.close());

const people = (count: number, from = 1000): string[] =>
  Array.from({ length: count }, (_, at) => String(from + at));

async function hasEnded(id: string): Promise<boolean> {
  await bench.reconcileLater();
  return (await bench.progress(id)).state.startsWith('processed');
}

async function openStates(id: string): Promise<string[]> {
  const rows = await bench.database.query<{ state: string }>(
    `SELECT state FROM record WHERE request_id = $1 AND state IN ('submitted', 'sent', 'unknown')`,
    [id],
  );
  return rows.map((row) => row.state);
}

async function areHandedBack(): Promise<boolean> {
  return (await bench.database.query('SELECT 1 FROM range WHERE lease_until IS NOT NULL')).length === 0;
}

describe('calls of which every tenth breaks off', () => {
  it('end nobody: who had no answer waits outside until IDA is calm, and others go on', async () => {
    const [persons, calm] = [people(60), new SwitchedCalm()];
    const broken = persons.filter((_, at) => at % 10 === 5);
    for (const vid of broken) bench.ida.script(vid, SILENT, { kind: 'token', token: tokenOf(vid) });
    const id = await bench.submit(persons);
    await bench.startSeeder({ MTS_IDA_IN_FLIGHT_MAX: '2' }, calm);
    await until(async () => (await bench.progress(id)).done === 54);
    await until(areHandedBack);
    expect(await openStates(id)).toEqual(broken.map(() => 'unknown'));
    expect(await bench.database.query('SELECT 1 FROM range WHERE again_at > now()')).toHaveLength(1);
    // Whoever takes what is left asks nobody, and does not keep its place.
    await bench.reconcileLater();
    const other = await bench.submit(people(5, 5000));
    await until(async () => (await bench.progress(other)).state === 'processed');
    await until(areHandedBack);
    expect(bench.ida.asked).toHaveLength(65);
    calm.on = true;
    await until(async () => hasEnded(id));
    expect((await bench.rows(id)).map((row) => row.token)).toEqual(persons.map(tokenOf));
    expect(bench.ida.asked).toHaveLength(71);
  });
});

describe('a second silence', () => {
  it('is not so much as asked for while a preflight tells that IDA is silent for all', async () => {
    bench.ida.script('1001', SILENT);
    const calm = new SwitchedCalm();
    const id = await bench.submit(['1002', '1001']);
    await bench.startSeeder({ MTS_IDA_IN_FLIGHT_MAX: '1' }, calm);
    await until(async () => (await bench.progress(id)).done === 1);
    await until(areHandedBack);
    bench.ida.preflightAnswer = SILENT;
    calm.on = true;
    await until(async () => {
      await bench.reconcileLater();
      return bench.profile.currentHold();
    });
    expect(bench.ida.asked.filter((vid) => vid === '1001')).toHaveLength(1);
    await until(areHandedBack);
    expect(await openStates(id)).toEqual(['unknown']);
  });
});

describe('a person who was in flight when seeders were killed', () => {
  it('is ended by no number of kills: asked once more, and an answer counts', async () => {
    const id = await bench.submit(['1001', '1002']);
    await bench.database.query(`UPDATE record SET state = 'unknown', attempts = 20 WHERE line = 1`);
    await bench.startSeeder();
    await until(async () => hasEnded(id));
    expect((await bench.rows(id)).map((row) => row.token)).toEqual([tokenOf('1001'), tokenOf('1002')]);
    expect(bench.ida.asked.toSorted()).toEqual(['1001', '1002']);
  });

  it('is ended by a silence that was seen, once IDA is calm', async () => {
    bench.ida.script('1001', SILENT);
    const id = await bench.submit(['1001']);
    await bench.database.query(`UPDATE record SET state = 'unknown', attempts = 2`);
    await bench.startSeeder();
    await until(async () => hasEnded(id));
    expect((await bench.rows(id)).map((row) => row.errorCode)).toEqual(['MTS-IDA-001']);
    expect(bench.ida.asked).toEqual(['1001']);
  });
});
