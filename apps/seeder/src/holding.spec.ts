import { hostname } from 'node:os';

import { until } from '@mts/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Calm } from './authenticate/calm.js';
import { Bench } from './spec-support/running-seeder.js';
import { type StubAnswer, tokenOf } from './spec-support/stub-ida.js';

const BLOCKED: StubAnswer = {
  kind: 'errors',
  errors: [
    ['IDA-MLC-007', 'generic'],
    ['IDA-MPA-017', 'License key of MISP is blocked'],
  ],
};
const WRONG_CLOCK: StubAnswer = {
  kind: 'errors',
  errors: [['IDA-MLC-001', 'Request to be received at MOSIP within 30 seconds']],
};
const WELL: StubAnswer = { kind: 'errors', errors: [['IDA-MLC-002', 'Invalid UIN']] };

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(async () => bench.close());

const people = (count: number, from = 1000): string[] =>
  Array.from({ length: count }, (_, at) => String(from + at));

function keepWaiting(vids: readonly string[]): void {
  for (const vid of vids) bench.ida.script(vid, { kind: 'token when released', token: tokenOf(vid) });
}

async function jobStates(queue: string): Promise<string[]> {
  const jobs = await bench.database.query<{ state: string }>(
    'SELECT state::text FROM mts_queue.job WHERE name = $1',
    [queue],
  );
  return jobs.map(({ state }) => state);
}

async function areHandedBack(): Promise<boolean> {
  return (await bench.database.query('SELECT 1 FROM range WHERE lease_until IS NOT NULL')).length === 0;
}

async function end(id: string): Promise<void> {
  await until(async () => {
    bench.ida.release();
    await bench.reconcileLater();
    return (await bench.progress(id)).state.startsWith('processed');
  });
}

describe('a hold of the profile', () => {
  it('stops all that the process asks which saw it, not only the list that met the fault', async () => {
    const [others, met] = [people(40), people(1, 5000)];
    keepWaiting(others);
    for (const vid of met) bench.ida.script(vid, BLOCKED);
    const id = await bench.submit(others);
    await bench.startSeeder({ MTS_IDA_IN_FLIGHT_MAX: '4' });
    await until(() => bench.ida.waiting === 4);
    bench.ida.preflightAnswer = BLOCKED;
    await bench.submit(met);
    // The first place that is free goes to whoever has waited least.
    await until(async () => {
      bench.ida.releaseOne();
      return bench.profile.currentHold();
    });
    const asked = bench.ida.asked.length;
    bench.ida.release();
    await until(areHandedBack);
    expect(bench.ida.asked).toHaveLength(asked);
    expect(await bench.progress(id)).toMatchObject({ failed: 0, done: asked - 1 });
  });

  it('stops what another process asks, and no record is blamed for it', async () => {
    keepWaiting(people(40));
    const id = await bench.submit(people(40));
    await bench.startSeeder({ MTS_IDA_IN_FLIGHT_MAX: '4' });
    await until(() => bench.ida.waiting === 4);
    await bench.profile.hold('preflight', 'IDA-MPA-017', 'blocked');
    await until(async () => bench.hasStopped(id));
    bench.ida.release();
    await until(areHandedBack);
    expect(bench.ida.asked).toHaveLength(4);
    const states = await bench.database.query<{ state: string; attempts: number }>(
      `SELECT DISTINCT state, attempts FROM record WHERE request_id = $1 AND state <> 'processed'`,
      [id],
    );
    expect(states).toEqual([{ state: 'submitted', attempts: 0 }]);
  });

  it('is probed with nobody who is being asked, however long that takes', async () => {
    const persons = people(2);
    keepWaiting(persons);
    const id = await bench.submit(persons);
    // One more place than people: the preflight before a probe wants one.
    await bench.startSeeder({ MTS_IDA_IN_FLIGHT_MAX: '3' });
    await until(() => bench.ida.waiting === 2);
    await bench.profile.hold('record', 'MTS-IDA-102', 'silence');
    await bench.database.query(`UPDATE profile_hold SET next_probe_at = now() + interval '1 hour'`);
    await bench.outlastLeases(id);
    // One that begins after another has been looked into to its end.
    for (const preflights of [bench.ida.preflights, bench.ida.preflights + 1]) {
      await bench.database.query('UPDATE profile_hold SET next_probe_at = now()');
      await until(() => bench.ida.preflights > preflights);
    }
    bench.ida.release();
    await until(async () => (await bench.progress(id)).state === 'processed');
    expect(bench.ida.asked.toSorted()).toEqual(persons);
  });
});

describe('a seeder whose clock is off', () => {
  it('holds itself and not the profile, leaves its records as they were, and goes on when the clock is right', async () => {
    bench.ida.preflightAnswer = WRONG_CLOCK;
    const id = await bench.submit(people(3));
    await bench.startSeeder();
    expect(await bench.profile.currentHold()).toBeUndefined();
    expect(await bench.profile.heldSeeders()).toMatchObject([
      {
        host: hostname(),
        processId: process.pid,
        code: 'IDA-MLC-001',
        reason: expect.stringMatching(/its clock is about \d+ s .* this machine's; set both by NTP/),
      },
    ]);
    const nextTryAt = expect.any(Date) as Date;
    expect(await bench.profile.holdsOf(id)).toMatchObject([
      { kind: 'profile', code: 'IDA-MLC-001', nextTryAt },
    ]);
    expect(bench.ida.asked).toEqual([]);
    bench.ida.preflightAnswer = WELL;
    await bench.askForPreflight(await bench.database.now());
    await end(id);
    expect(await bench.profile.heldSeeders()).toEqual([]);
    expect(bench.ida.asked).toHaveLength(3);
  });

  it('fetches no work, which is left to the others, and tells nothing of their IDA', async () => {
    await bench.database.query('INSERT INTO seeder (id, in_flight_max) VALUES (gen_random_uuid(), 1)');
    bench.ida.preflightAnswer = WRONG_CLOCK;
    await bench.startSeeder();
    const id = await bench.submit(people(3));
    await bench.askForPreflight(await bench.database.now());
    await until(() => bench.ida.preflights >= 2);
    expect(await bench.profile.holdsOf(id)).toEqual([]);
    expect(await bench.profile.lastPreflight()).toBeUndefined();
    expect(await jobStates('authenticate')).toEqual(['created']);
  });

  it('goes on at once when somebody asks for a preflight that another one answers', async () => {
    await bench.database.query('INSERT INTO seeder (id, in_flight_max) VALUES (gen_random_uuid(), 1)');
    bench.ida.preflightAnswer = WRONG_CLOCK;
    await bench.startSeeder();
    expect(await bench.profile.heldSeeders()).toHaveLength(1);
    bench.ida.preflightAnswer = WELL;
    await bench.profile.tellMended();
    await until(async () => (await bench.profile.heldSeeders()).length === 0);
  });

  it('in mid-run leaves nobody as asked', async () => {
    for (const vid of people(20)) bench.ida.script(vid, WRONG_CLOCK);
    await bench.startSeeder({ MTS_IDA_IN_FLIGHT_MAX: '2' });
    bench.ida.preflightAnswer = WRONG_CLOCK;
    const id = await bench.submit(people(20));
    await until(async () => (await bench.profile.heldSeeders()).length === 1);
    await until(areHandedBack);
    const states = await bench.database.query<{ state: string; attempts: number }>(
      'SELECT DISTINCT state, attempts FROM record',
    );
    expect(states).toEqual([{ state: 'submitted', attempts: 0 }]);
    expect(await bench.progress(id)).toMatchObject({ done: 0, failed: 0 });
    // What comes now is left to the others.
    await bench.submit(people(1, 7000));
    await bench.askForPreflight(await bench.database.now());
    await until(async () => (await jobStates('preflight')).every((state) => state === 'completed'));
    expect(await jobStates('authenticate')).toContain('created');
  });
});

describe('what concerns one request or one record', () => {
  it("one caller's wrong language holds that list, and stops nobody else", async () => {
    const wrong = people(30, 5000);
    for (const vid of wrong)
      bench.ida.script(vid, {
        kind: 'errors',
        errors: [['IDA-DEA-002', 'Unsupported Language Code - request : xyz']],
      });
    const [held, other] = [await bench.submit(wrong), await bench.submit(people(30))];
    await bench.startSeeder({ MTS_IDA_IN_FLIGHT_MAX: '2' });
    await end(other);
    expect((await bench.rows(other)).map((row) => row.token)).toEqual(people(30).map(tokenOf));
    expect(await bench.profile.currentHold()).toBeUndefined();
    const rows = await bench.profile.holdsOf(held);
    expect(rows.every(({ kind }) => kind === 'request')).toBe(true);
  });

  it('one record that a firewall refuses stops nobody, of its own list or another', async () => {
    const [own, others] = [people(600, 5000), people(30)];
    bench.ida.script('5003', { kind: 'http', status: 403 });
    const [id, other] = [await bench.submit(own), await bench.submit(others)];
    await bench.startSeeder();
    await end(other);
    await until(async () => {
      await bench.reconcileLater();
      return (await bench.profile.holdsOf(id)).length > 0;
    });
    expect(await bench.progress(id)).toMatchObject({ done: 599, failed: 0, state: 'processing' });
    expect(await bench.profile.currentHold()).toBeUndefined();
    expect(await bench.profile.holdsOf(id)).toMatchObject([
      {
        kind: 'request',
        code: 'MTS-IDA-103',
        reason: expect.stringContaining(`POST /authtoken/resume/${id}`),
      },
    ]);
  });
});

async function untilHeld(): Promise<void> {
  await until(async () => bench.profile.currentHold());
  await until(areHandedBack);
}

async function probe(): Promise<void> {
  const before = bench.ida.asked.length;
  await bench.database.query('UPDATE profile_hold SET next_probe_at = now()');
  await until(() => bench.ida.asked.length > before);
  await until(areHandedBack);
}

describe('a probe of an outage', () => {
  const SILENT: StubAnswer = { kind: 'http', status: 503 };

  it('asks about somebody who was not asked before, of whatever list, and one answer ends it', async () => {
    const never = people(3, 5000);
    for (const vid of never) bench.ida.script(vid, SILENT);
    await bench.submit(never.slice(0, 2));
    await bench.submit(never.slice(2));
    // Nobody is asked again by itself.
    await bench.startSeeder({}, new Calm(60_000));
    await untilHeld();
    const id = await bench.submit(people(2));
    await probe();
    await until(async () => (await bench.profile.currentHold()) === undefined);
    expect(bench.ida.asked[3]).toBe('1000');
    await end(id);
  });

  it('asks about another one each time, and by hand it ends nobody who waits for it', async () => {
    const never = people(3, 5000);
    for (const vid of never) bench.ida.script(vid, SILENT);
    const lists = [await bench.submit(never.slice(0, 2)), await bench.submit(never.slice(2))];
    await bench.startSeeder({}, new Calm(100));
    await untilHeld();
    for (let nth = 0; nth < 3; nth += 1) await probe();
    expect(bench.ida.asked.slice(3).toSorted()).toEqual(never);
    const hold = await until(async () => bench.profile.currentHold());
    expect(hold.reason).toContain('Whoever is handed in now is asked about at once');
    await bench.profile.lift();
    // From here on each list is held and probed alone.
    await bench.database.query('UPDATE request_hold SET next_probe_at = now()');
    await until(() => bench.ida.asked.length >= 8);
    await until(areHandedBack);
    expect(await bench.profile.currentHold()).toBeUndefined();
    for (const id of lists)
      expect(await bench.progress(id)).toMatchObject({ state: 'processing', done: 0, failed: 0 });
    for (const vid of never) bench.ida.script(vid, { kind: 'token', token: tokenOf(vid) });
    await bench.database.query('UPDATE request_hold SET next_probe_at = now()');
    for (const id of lists) await end(id);
  });
});
