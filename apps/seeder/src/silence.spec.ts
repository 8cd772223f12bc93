import { AwaitedStore, SteeringStore } from '@mts/store';
import { until } from '@mts/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Calm } from './authenticate/calm.js';
import { Bench, IMPATIENT } from './spec-support/running-seeder.js';
import { type StubAnswer, tokenOf } from './spec-support/stub-ida.js';

const FAILS: StubAnswer = { kind: 'http', status: 500 };
const HANGS: StubAnswer = { kind: 'hang' };
/** A web page with 200. */
const GARBAGE: StubAnswer = { kind: 'http', status: 200 };

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(async () => bench.close());

const people = (count: number, from = 1000): string[] =>
  Array.from({ length: count }, (_, at) => String(from + at));

function script(vids: readonly string[], answer?: StubAnswer): void {
  for (const vid of vids) bench.ida.script(vid, answer ?? { kind: 'token', token: tokenOf(vid) });
}

/** Calm soon after a silence, so that people are asked again one by one, as they are in earnest. */
async function start(settings: Record<string, string> = {}): Promise<void> {
  await bench.startSeeder(settings, new Calm(100));
}

async function makeProbesDue(): Promise<void> {
  for (const table of ['profile_hold', 'request_hold'])
    await bench.database.query(`UPDATE ${table} SET next_probe_at = now() WHERE next_probe_at IS NOT NULL`);
}

async function areHandedBack(): Promise<boolean> {
  return (await bench.database.query('SELECT 1 FROM range WHERE lease_until IS NOT NULL')).length === 0;
}

async function hasEnded(id: string): Promise<boolean> {
  await bench.reconcileLater();
  return (await bench.progress(id)).state.startsWith('processed');
}

async function untilEnded(...ids: readonly string[]): Promise<void> {
  for (const id of ids) await until(async () => hasEnded(id));
}

/** Whatever is asked again, and however often it is probed, until so many calls have been made. */
async function untilAsked(calls: number): Promise<void> {
  await until(async () => {
    await makeProbesDue();
    await bench.reconcileLater();
    return bench.ida.asked.length >= calls;
  });
  await until(areHandedBack);
}

async function untilRequestHeld(id: string) {
  return until(async () => {
    await bench.reconcileLater();
    return (await bench.profile.holdsOf(id)).find(({ kind }) => kind === 'request');
  });
}

async function untilAllHeld() {
  return until(async () => {
    await bench.reconcileLater();
    return bench.profile.currentHold();
  });
}

function callsAbout(vid: string): number {
  return bench.ida.asked.filter((asked) => asked === vid).length;
}

describe('a list for whose people IDA fails', () => {
  it('is held alone and tried again by itself, while other lists and single persons are answered', async () => {
    const bad = people(600, 5000);
    script(bad, FAILS);
    const held = await bench.submit(bad);
    await start();
    expect(await untilRequestHeld(held)).toMatchObject({
      code: 'MTS-IDA-103',
      nextTryAt: expect.any(Date),
      reason: expect.stringContaining('not about the people of this list'),
    });
    const [one, good] = [await bench.submitAwaited('2000'), await bench.submit(people(20))];
    await untilEnded(one, good);
    expect((await bench.rows(one))[0]?.token).toBe(tokenOf('2000'));
    await new SteeringStore(bench.database, bench.requests).resume(held, 'request');
    const another = await bench.submit(people(20, 3000));
    await untilEnded(another);
    await untilRequestHeld(held);
    expect(await bench.profile.currentHold()).toBeUndefined();
    expect(await bench.progress(held)).toMatchObject({ state: 'processing', failed: 0 });
  });

  it('goes on when one of its people is answered', async () => {
    const bad = people(10, 5000);
    script(bad, FAILS);
    const held = await bench.submit(bad);
    await start();
    await untilRequestHeld(held);
    script(bad);
    await makeProbesDue();
    await until(async () => (await bench.profile.holdsOf(held)).length === 0);
    await untilEnded(held);
    expect((await bench.rows(held)).map((row) => row.token)).toEqual(bad.map(tokenOf));
  });

  it('holds everybody together with a second one, until a person of either is answered', async () => {
    const [bad, worse] = [people(5, 5000), people(5, 6000)];
    script([...bad, ...worse], FAILS);
    await bench.submit(bad);
    const answered = await bench.submit(worse);
    await start();
    expect(await untilAllHeld()).toMatchObject({ probe: 'record', code: 'MTS-IDA-103' });
    script(worse);
    await until(async () => {
      await makeProbesDue();
      return (await bench.profile.currentHold()) === undefined;
    });
    await until(async () => {
      await makeProbesDue();
      return hasEnded(answered);
    });
    expect((await bench.rows(answered)).map((row) => row.token)).toEqual(worse.map(tokenOf));
  });

  it('is held alone too when what comes is garbage', async () => {
    const bad = people(10, 5000);
    script(bad, GARBAGE);
    const held = await bench.submit(bad);
    await start();
    expect(await untilRequestHeld(held)).toMatchObject({ code: 'MTS-IDA-104', nextTryAt: expect.any(Date) });
    const one = await bench.submitAwaited('2000');
    await untilEnded(one);
    expect((await bench.rows(one))[0]?.token).toBe(tokenOf('2000'));
    expect(await bench.profile.currentHold()).toBeUndefined();
    expect(await bench.progress(held)).toMatchObject({ state: 'processing', failed: 0 });
  });

  it('disturbs nobody together with a second one, once a single person who comes was answered', async () => {
    const [bad, worse] = [people(20, 5000), people(20, 6000)];
    script([...bad, ...worse], FAILS);
    const lists = [await bench.submit(bad), await bench.submit(worse)];
    await start();
    await untilAllHeld();
    await until(areHandedBack);
    expect(await new AwaitedStore(bench.database, 'default').hindrance()).toBeUndefined();
    const first = await bench.submitAwaited('2000');
    await bench.database.query('UPDATE profile_hold SET next_probe_at = now()');
    await untilEnded(first);
    await until(async () => (await bench.profile.currentHold()) === undefined);
    const next = [await bench.submitAwaited('2001'), await bench.submit(people(5, 3000))];
    await untilEnded(...next);
    for (let round = 0; round < 3; round += 1) await untilAsked(bench.ida.asked.length + 2);
    expect((await bench.rows(next[0] ?? ''))[0]?.token).toBe(tokenOf('2001'));
    expect(bench.logLines.filter((line) => line.includes('the profile is held'))).toHaveLength(1);
    for (const id of lists) {
      expect(await bench.profile.holdsOf(id)).toMatchObject([{ kind: 'request', code: 'MTS-IDA-103' }]);
      expect(await bench.progress(id)).toMatchObject({ state: 'processing', failed: 0 });
    }
  });

  it('is not held for it when preflights fail: then everybody is', async () => {
    script(people(10), FAILS);
    await start();
    bench.ida.preflightAnswer = FAILS;
    const id = await bench.submit(people(10));
    expect(await untilAllHeld()).toMatchObject({ probe: 'record', code: 'MTS-IDA-103' });
    expect(await bench.database.query('SELECT 1 FROM request_hold')).toEqual([]);
    expect(await bench.progress(id)).toMatchObject({ done: 0, failed: 0 });
  });
});

describe('calls that fail while others are under way', () => {
  it('hold nobody when one of those is answered', async () => {
    const [slow, quick] = [people(5), people(3, 5000)];
    for (const vid of slow) bench.ida.script(vid, { kind: 'token when released', token: tokenOf(vid) });
    for (const vid of quick) bench.ida.script(vid, FAILS, { kind: 'token', token: tokenOf(vid) });
    const lists = [await bench.submit(slow), await bench.submit(quick)];
    await start();
    await until(() => bench.ida.waiting === 5 && bench.ida.asked.length === 8 && bench.ida.preflights === 2);
    script(slow);
    bench.ida.release();
    await untilEnded(...lists);
    expect(bench.logLines.filter((line) => line.includes('is held'))).toEqual([]);
    expect(bench.ida.asked).toHaveLength(11);
  });
});

describe('people about whom IDA never answers, while it answers about others', () => {
  it('end with a code of their own after two calls each, and their list ends by itself', async () => {
    const persons = people(60);
    const silent = persons.filter((_, at) => at % 10 === 3);
    script(silent, HANGS);
    const id = await bench.submit(persons);
    await start({ ...IMPATIENT, MTS_IDA_IN_FLIGHT_MAX: '2' });
    await until(async () => {
      await makeProbesDue();
      return hasEnded(id);
    });
    expect((await bench.rows(id)).flatMap((row) => (row.errorCode === null ? [] : [row.errorCode]))).toEqual(
      silent.map(() => 'MTS-IDA-001'),
    );
    expect(silent.map(callsAbout)).toEqual(silent.map(() => 2));
    expect(await bench.profile.currentHold()).toBeUndefined();
    expect(await bench.database.query('SELECT 1 FROM request_hold')).toEqual([]);
  });

  it('end also when the others are of a list that came later', async () => {
    script(people(3), HANGS);
    const id = await bench.submit(people(3));
    await start(IMPATIENT);
    await untilRequestHeld(id);
    await untilEnded(await bench.submit(people(3, 2000)));
    await until(async () => {
      await makeProbesDue();
      return hasEnded(id);
    });
    expect((await bench.rows(id)).map((row) => row.errorCode)).toEqual(people(3).map(() => 'MTS-IDA-001'));
  });
});

describe.each([
  ['is silent', HANGS],
  ['brings garbage', GARBAGE],
])('an outage of matching that %s, where preflights are answered', (_how, fails) => {
  it('ends nobody of two lists of one person, and both are processed after it', async () => {
    script(['1001', '2001'], fails);
    const lists = [await bench.submit(['1001']), await bench.submit(['2001'])];
    await start(IMPATIENT);
    await untilAllHeld();
    await untilAsked(bench.ida.asked.length + 3);
    for (const id of lists)
      expect(await bench.progress(id)).toMatchObject({ state: 'processing', failed: 0 });
    script(['1001', '2001']);
    for (const id of lists)
      await until(async () => {
        await makeProbesDue();
        return hasEnded(id);
      });
    for (const id of lists) expect(await bench.progress(id)).toMatchObject({ done: 1, failed: 0 });
  });

  it('ends nobody of a list of two, however often it is probed or its hold is lifted by hand', async () => {
    script(['1001', '1002'], fails);
    const id = await bench.submit(['1001', '1002']);
    await start(IMPATIENT);
    await untilRequestHeld(id);
    for (let round = 0; round < 2; round += 1) {
      await until(areHandedBack);
      await new SteeringStore(bench.database, bench.requests).resume(id, 'request');
      const before = bench.ida.asked.length;
      await untilRequestHeld(id);
      await untilAsked(before + 2);
    }
    expect(await bench.progress(id)).toMatchObject({ state: 'processing', failed: 0 });
    script(['1001', '1002']);
    await until(async () => {
      await makeProbesDue();
      return hasEnded(id);
    });
    expect(await bench.progress(id)).toMatchObject({ done: 2, failed: 0 });
  });

  it('ends nobody when another seeder has seen the silence of the others', async () => {
    script(['1001'], fails);
    const id = await bench.submit(['1001']);
    const other = await bench.submit(['2001']);
    await bench.database.query(
      `UPDATE record SET state = 'unknown', attempts = 1, asked_at = now() WHERE request_id = $1`,
      [other],
    );
    await bench.database.query(
      `UPDATE range SET again_at = now() + interval '1 hour' WHERE request_id = $1`,
      [other],
    );
    await start(IMPATIENT);
    await until(async () => {
      await bench.database.query('UPDATE range SET again_at = now() WHERE request_id = $1', [id]);
      await bench.reconcile();
      return callsAbout('1001') >= 2;
    });
    await until(areHandedBack);
    expect(await bench.progress(id)).toMatchObject({ state: 'processing', failed: 0 });
  });
});

describe('an outage of matching, when it is over', () => {
  it('has all lists that were held go on by the first probe and what follows it', async () => {
    const starts = [1000, 2000, 3000, 4000];
    const all = starts.flatMap((from) => people(3, from));
    script(all, FAILS);
    const lists: string[] = [];
    for (const from of starts) lists.push(await bench.submit(people(3, from)));
    await start();
    await untilAllHeld();
    await until(areHandedBack);
    script(all);
    await bench.database.query(`UPDATE request_hold SET next_probe_at = now() + interval '10 minutes'`);
    await bench.database.query('UPDATE profile_hold SET next_probe_at = now()');
    await untilEnded(...lists);
    for (const id of lists) expect(await bench.progress(id)).toMatchObject({ done: 3, failed: 0 });
  });
});

describe('garbage for a tenth of all calls', () => {
  it('holds nobody and ends nobody: whoever got it is asked once more', async () => {
    const persons = people(60);
    const met = persons.filter((_, at) => at % 10 === 3);
    for (const vid of met) bench.ida.script(vid, GARBAGE, { kind: 'token', token: tokenOf(vid) });
    const id = await bench.submit(persons);
    await start({ MTS_IDA_IN_FLIGHT_MAX: '2' });
    await untilEnded(id);
    expect(await bench.progress(id)).toMatchObject({ done: 60, failed: 0 });
    expect(bench.ida.asked).toHaveLength(66);
    expect(bench.logLines.filter((line) => line.includes('is held'))).toEqual([]);
  });
});

describe('a second silence that holds everybody', () => {
  it('ends nobody, whatever is known against the person', async () => {
    const vids = ['1001', '2001', '3001'];
    script(vids, HANGS);
    const lists: string[] = [];
    for (const vid of vids) lists.push(await bench.submit([vid]));
    await bench.database.query(
      `UPDATE record SET state = 'unknown', attempts = 1, asked_at = now() - interval '1 minute'`,
    );
    await bench.database.query(
      `INSERT INTO ida_answer (profile_id, sent_at) VALUES ('default', now() - interval '30 seconds')`,
    );
    // One after the other, so that each is alone.
    await bench.startSeeder({ ...IMPATIENT, MTS_IDA_IN_FLIGHT_MAX: '1' });
    await untilAllHeld();
    await until(areHandedBack);
    const progresses = await Promise.all(lists.map(async (id) => bench.progress(id)));
    expect(progresses.filter(({ failed }) => failed > 0)).toHaveLength(2);
    expect(bench.ida.asked.toSorted()).toEqual(vids);
  });
});

describe('a hold in which all who wait were asked before', () => {
  const asked = ['1001', '2001'];

  async function untilLastResort(): Promise<void> {
    script(asked, HANGS);
    for (const vid of asked) await bench.submit([vid]);
    await start(IMPATIENT);
    await untilAllHeld();
    await until(areHandedBack);
    await makeProbesDue();
    await until(async () => {
      const rows = await bench.database.query('SELECT 1 FROM profile_hold WHERE in_last_resort');
      return rows.length > 0;
    });
    await until(areHandedBack);
    expect(await bench.database.query('SELECT 1 FROM profile_hold WHERE next_probe_at <= now()')).toEqual([]);
  }

  it('counts each call, and ends when a list that comes in is answered, which is asked about at once', async () => {
    await untilLastResort();
    const counts = await bench.database.query<{ attempts: number }>('SELECT attempts FROM record');
    expect(counts.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(bench.ida.asked.length);
    const id = await bench.submit(people(5, 3000));
    await until(async () => (await bench.profile.currentHold()) === undefined);
    await untilEnded(id);
  });

  it('ends when a single person who comes in is answered', async () => {
    await untilLastResort();
    const id = await bench.submitAwaited('3000');
    await until(async () => (await bench.profile.currentHold()) === undefined);
    expect((await bench.rows(id))[0]?.token).toBe(tokenOf('3000'));
  });

  it('takes nobody in any more when preflights fail too', async () => {
    await untilLastResort();
    const awaited = new AwaitedStore(bench.database, 'default');
    expect(await awaited.hindrance()).toBeUndefined();
    bench.ida.preflightAnswer = FAILS;
    await makeProbesDue();
    expect(await until(async () => awaited.hindrance())).toMatchObject({ kind: 'profile' });
  });
});
