import { randomUUID } from 'node:crypto';

import { IdaFault } from '@mts/domain';
import type { PreflightResult } from '@mts/ida-client';
import { createLogger } from '@mts/platform';
import { OpinionStore, SilenceStore } from '@mts/store';
import { until } from '@mts/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Bench } from '../spec-support/running-seeder.js';
import { OwnHold } from './own-hold.js';
import { ProfileGuard, type RangeCall } from './profile-guard.js';
import { SecondOpinion } from './second-opinion.js';

const REFUSED = new IdaFault(
  'configuration',
  'profile',
  'not-asked',
  'IDA-MPA-003',
  'IDA: Unable to decrypt Request',
);
const BROKEN: PreflightResult = {
  ok: false,
  faultClass: 'configuration',
  code: 'IDA-MPA-003',
  reason: 'IDA: Unable to decrypt Request',
};

/** Found after the look-up, where no preflight comes. */
const BLOCKED = new IdaFault('configuration', 'profile', 'unknown', 'IDA-MLC-022', 'IDA: Partner is blocked');
const SILENT = new IdaFault('transient', 'record', 'unknown', 'MTS-IDA-102', 'IDA did not answer in time');

let bench: Bench;
let logLines: string[];
let id: string;
let preflight: PreflightResult;
let guard: ProfileGuard;
let own: OwnHold;
let stops: number;
let silence: SilenceStore;
/** What was done to the calls of the process, but for stopping all. */
let gate: string[];
beforeEach(async () => {
  bench = await Bench.open();
  logLines = [];
  preflight = { ok: true };
  id = await bench.submit(['1001']);
  const client = { preflight: async () => preflight };
  const logger = createLogger({ app: 'spec', level: 'error', write: (line) => logLines.push(line) });
  own = new OwnHold(randomUUID(), bench.profile, logger);
  stops = 0;
  silence = new SilenceStore(bench.database, 'default');
  gate = [];
  const asking = {
    stop: (requestId?: string) => (requestId === undefined ? (stops += 1) : gate.push(requestId)),
    pause: () => gate.push('paused'),
    goOn: () => gate.push('goes on'),
  };
  const opinion = new SecondOpinion(new OpinionStore(bench.database, 'default', own.seederId), own, 1000);
  guard = new ProfileGuard({ client, profile: bench.profile, silence, own, opinion, work: asking, logger });
});
afterEach(async () => bench.close());

async function requestHolds(): Promise<number> {
  return (await bench.profile.holdsOf(id)).length;
}

function work(line = 1, requestId = id): RangeCall {
  return { requestId, n: 0, line, purpose: 'work', isLastResort: false, sentAtMs: performance.now() };
}

function probe(): RangeCall {
  return { ...work(), purpose: 'profile probe' };
}

/** Another seeder lives and is answered, about whomever. */
async function answeredElsewhere(): Promise<void> {
  await bench.database.query('INSERT INTO seeder (id, in_flight_max) VALUES (gen_random_uuid(), 1)');
  silence.answeredAgoMs = async () => Promise.resolve(0);
}

async function meet(): Promise<string> {
  return guard.faulted(work(), BLOCKED);
}

/** Calls that fail one after the other, about these requests. */
async function fail(...requestIds: readonly string[]): Promise<string[]> {
  const after: string[] = [];
  for (const [line, requestId] of requestIds.entries())
    after.push(await guard.faulted(work(line + 1, requestId), SILENT));
  return after;
}

describe('calls that were under way while the set-up was broken', () => {
  it('hold nothing when they fail after it was mended', async () => {
    const askedAtMs = performance.now();
    preflight = BROKEN;
    expect(await guard.faulted({ ...work(), sentAtMs: askedAtMs }, REFUSED)).toBe('all held');
    preflight = { ok: true };
    for (let call = 0; call < 5; call += 1)
      expect(await guard.faulted({ ...work(), sentAtMs: askedAtMs }, REFUSED)).toBe('go on');
    expect(await bench.profile.currentHold()).toBeUndefined();
    expect(await requestHolds()).toBe(0);
  });

  it('do not speak for those that are made later: the third of these holds the request', async () => {
    preflight = BROKEN;
    await guard.faulted(work(), REFUSED);
    preflight = { ok: true };
    await guard.preflight();
    const after: string[] = [];
    for (const line of [1, 2, 3]) after.push(await guard.faulted(work(line), REFUSED));
    expect(after).toEqual(['go on', 'go on', 'request held']);
    expect(await requestHolds()).toBe(1);
  });
});

describe('a request that is held', () => {
  it('has a line in the log that tells why, also where that begins with a hold of everybody', async () => {
    const other = await bench.submit(['2001']);
    const why = { code: SILENT.code, reason: expect.stringContaining(SILENT.message) as string };
    const begun = (): unknown[] =>
      logLines
        .map((line) => JSON.parse(line) as Record<string, string>)
        .filter(({ msg }) => msg?.startsWith('the request is held'));
    await fail(id, id, id);
    expect(begun()).toMatchObject([{ requestId: id, ...why }]);
    logLines = [];
    await fail(other, other, other);
    expect(begun()).toMatchObject([{ requestId: other, ...why }]);
  });

  it('for what its own records met has such a line too', async () => {
    for (const line of [1, 2, 3]) await guard.faulted(work(line), REFUSED);
    expect(logLines.map((line) => JSON.parse(line) as unknown)).toContainEqual(
      expect.objectContaining({
        msg: 'the request is held',
        requestId: id,
        code: REFUSED.code,
        reason: expect.stringContaining(REFUSED.message) as string,
      }),
    );
  });
});

describe('a fault of the set-up that a preflight cannot find', () => {
  const REASON = /Preflights do not meet this.*Partner is blocked\. Ask the MOSIP operator/;

  it('holds the request whose people meet it three times in a row, and says what it is', async () => {
    expect([await meet(), await meet(), await meet()]).toEqual(['go on', 'go on', 'request held']);
    expect(await bench.profile.holdsOf(id)).toMatchObject([
      {
        kind: 'request',
        code: 'IDA-MLC-022',
        nextTryAt: expect.any(Date),
        reason: expect.stringMatching(REASON),
      },
    ]);
  });

  it('holds everybody as soon as those of another request meet it too, until a record is answered', async () => {
    const other = await bench.submit(['1002']);
    for (const requestId of [id, id, other]) await guard.faulted(work(1, requestId), BLOCKED);
    expect(await bench.profile.currentHold()).toMatchObject({
      probe: 'record',
      code: 'IDA-MLC-022',
      reason: expect.stringMatching(REASON),
    });
  });

  it('holds nothing while records are answered in between', async () => {
    for (let round = 0; round < 3; round += 1) {
      expect([await meet(), await meet()]).toEqual(['go on', 'go on']);
      guard.answered(work());
    }
    expect(await bench.profile.currentHold()).toBeUndefined();
  });
});

describe('calls that fail in a row', () => {
  let other: string;
  beforeEach(async () => {
    other = await bench.submit(['1002']);
  });

  it('hold their request when a preflight succeeds, with a next try, and nobody else', async () => {
    expect(await fail(id, id, id)).toEqual(['go on', 'go on', 'request held']);
    expect(await bench.profile.holdsOf(id)).toMatchObject([
      { kind: 'request', code: 'MTS-IDA-102', nextTryAt: expect.any(Date) },
    ]);
    expect([await bench.profile.currentHold(), gate, stops]).toEqual([
      undefined,
      ['paused', id, 'goes on'],
      0,
    ]);
  });

  it('hold everybody when they are of two requests, also when the first is held already', async () => {
    expect(await fail(id, id, id, other)).toEqual(['go on', 'go on', 'request held', 'all held']);
    expect(await bench.profile.currentHold()).toMatchObject({ probe: 'record', code: 'MTS-IDA-102' });
  });

  it('hold the lists that they were about beside everybody, but nobody who is waited for', async () => {
    const awaited = await bench.submitAwaited('2000');
    await fail(id, other, awaited);
    expect(await bench.database.query('SELECT request_id FROM request_hold ORDER BY request_id')).toEqual(
      [id, other].toSorted().map((held) => ({ request_id: held })),
    );
    expect((await bench.profile.holdsOf(id))[0]).toMatchObject({
      kind: 'request',
      code: 'MTS-IDA-102',
      nextTryAt: expect.any(Date),
      reason: expect.stringContaining('by itself'),
    });
  });

  it('hold no list beside everybody when the preflight fails: then it is nobody of them', async () => {
    preflight = { ok: false, faultClass: 'transient', code: 'MTS-IDA-103', reason: '503' };
    await fail(id, other, id);
    expect(await bench.database.query('SELECT 1 FROM request_hold')).toEqual([]);
  });

  it('hold one list alone when another one is held, and somebody was answered since', async () => {
    await fail(id, other, id);
    guard.answered(work(9));
    await guard.lift();
    // Other seeders know of the answer by now.
    expect(await silence.answeredAgoMs()).toBeDefined();
    expect(await bench.profile.currentHold()).toBeUndefined();
    const third = await bench.submit(['1003']);
    expect((await fail(third, third, third)).at(-1)).toBe('request held');
    expect(await bench.profile.currentHold()).toBeUndefined();
  });

  it('count for nobody else when they are probes of lists that are held already', async () => {
    await fail(id, other, id);
    guard.answered(work(9));
    await guard.lift();
    for (const requestId of [id, other, id, other])
      expect(await guard.faulted({ ...work(1, requestId), purpose: 'request probe' }, SILENT)).toBe(
        'request held',
      );
    expect([await bench.profile.currentHold(), gate.filter((done) => done === 'paused')]).toEqual([
      undefined,
      ['paused'],
    ]);
  });

  it('have the lists that are held beside everybody tried at once when that ends', async () => {
    await fail(id, other, id);
    await bench.database.query(`UPDATE request_hold SET next_probe_at = now() + interval '10 minutes'`);
    await guard.lift();
    const due = [await silence.takeProbe(), await silence.takeProbe(), await silence.takeProbe()];
    expect(new Set(due)).toEqual(new Set([id, other, undefined]));
  });

  it('hold everybody when another seeder has held another request since the last answer', async () => {
    await silence.holdRequest(other, 'MTS-IDA-102', 'silence');
    expect((await fail(id, id, id)).at(-1)).toBe('all held');
  });

  it('hold everybody when the preflight fails', async () => {
    preflight = { ok: false, faultClass: 'transient', code: 'MTS-IDA-103', reason: '503' };
    expect((await fail(id, id, id)).at(-1)).toBe('all held');
    expect(await bench.profile.currentHold()).toMatchObject({ probe: 'record', code: 'MTS-IDA-103' });
    expect(gate).toEqual(['paused', 'goes on']);
  });

  it('hold nobody when a call that was under way is answered meanwhile', async () => {
    const slow = work(9);
    guard.begin(slow);
    const failing = [work(1), work(2), work(3, other)].map(async (call) => guard.faulted(call, SILENT));
    await until(() => gate.includes('paused'));
    preflight = BROKEN;
    guard.answered(slow);
    expect(await Promise.all(failing)).toEqual(['go on', 'go on', 'go on']);
    await until(() => gate.includes('goes on'));
    expect([await bench.profile.currentHold(), await requestHolds()]).toEqual([undefined, 0]);
  });

  it('are waited for to the last, before anything is held', async () => {
    const last = work(9, other);
    guard.begin(last);
    const failing = [work(1), work(2), work(3)].map(async (call) => guard.faulted(call, SILENT));
    await until(async () => (await bench.profile.lastPreflight())?.ok);
    expect([await requestHolds(), gate]).toEqual([0, ['paused']]);
    expect(await guard.faulted(last, SILENT)).toBe('all held');
    expect(await Promise.all(failing)).toContain('all held');
  });

  it('do not count when somebody who was asked later was answered', async () => {
    const calls = [work(1), work(2), work(3)];
    guard.answered(work(9));
    for (const call of calls) expect(await guard.faulted(call, SILENT)).toBe('go on');
    expect(gate).toEqual([]);
  });

  it('do not count when another seeder was answered who asked later', async () => {
    const calls = [work(1), work(2), work(3, other)];
    await silence.noteAnswered(0);
    for (const call of calls) expect(await guard.faulted(call, SILENT)).toBe('go on');
    expect(gate).toEqual(['paused', 'goes on']);
  });

  it('hold nobody when another seeder tells in time that it was answered', async () => {
    await bench.database.query('INSERT INTO seeder (id, in_flight_max) VALUES (gen_random_uuid(), 1)');
    const told = [undefined, 0];
    silence.answeredAgoMs = async () => Promise.resolve(told.shift());
    expect(await fail(id, id, other)).toEqual(['go on', 'go on', 'go on']);
    expect([told, await bench.profile.currentHold()]).toEqual([[], undefined]);
  });

  it('hold their list alone when others are answered, but not about that one', async () => {
    await answeredElsewhere();
    expect((await fail(id, id, id)).at(-1)).toBe('request held');
    expect([await requestHolds(), own.isHeld]).toEqual([1, false]);
  });

  it('hold nobody when others are answered about the same list, and the second time in a row this seeder', async () => {
    await answeredElsewhere();
    silence.doneOf = async () => Promise.resolve((done += 1));
    let done = 0;
    expect(await fail(id, id, id)).toEqual(['go on', 'go on', 'go on']);
    guard.answered(work(9));
    await fail(id, id, id);
    expect([await requestHolds(), own.isHeld]).toEqual([0, false]);
    expect((await fail(id, id, id)).at(-1)).toBe('all held');
    expect([await requestHolds(), own.isHeld, own.probe]).toEqual([0, true, 'record']);
    expect(await bench.profile.currentHold()).toBeUndefined();
  });

  it('hold this seeder the first time that others are answered, when it has failed before without an answer since', async () => {
    await fail(id, id, id);
    await answeredElsewhere();
    expect(await fail(other)).toEqual(['all held']);
    expect(own.isHeld).toBe(true);
  });

  it('leave the gate open when the database fails in the middle of it', async () => {
    await bench.database.query('ALTER TABLE request_hold RENAME TO gone');
    await expect(fail(id, id, id)).rejects.toThrow('request_hold');
    expect(gate).toEqual(['paused', 'goes on']);
    await bench.database.query('ALTER TABLE gone RENAME TO request_hold');
    expect(await fail(id)).toEqual(['request held']);
  });
});

describe('a record that alone gets no usable answer', () => {
  it('holds its request when it is the last one to be asked about, and not while others wait', async () => {
    id = await bench.submit(Array.from({ length: 600 }, (_, at) => String(1000 + at)));
    const after: string[] = [];
    for (let call = 0; call < 3; call += 1) after.push(await guard.faulted(work(), REFUSED));
    expect([after, await requestHolds()]).toEqual([['go on', 'go on', 'go on'], 0]);
    await bench.database.query('UPDATE range SET finished_at = now() WHERE request_id = $1 AND n = 1', [id]);
    expect(await guard.faulted(work(), REFUSED)).toBe('request held');
    expect(await requestHolds()).toBe(1);
  });
});

describe('a hold of this seeder alone', () => {
  const CLOCK: PreflightResult = {
    ok: false,
    faultClass: 'client',
    code: 'IDA-MLC-001',
    reason: 'its clock is off',
  };
  const LATE = new IdaFault('client', 'profile', 'not-asked', 'IDA-MLC-001', 'IDA: its clock is off');

  it('stops its work, is no hold of the profile, and is logged once', async () => {
    preflight = CLOCK;
    expect(await guard.faulted(work(), LATE)).toBe('all held');
    await guard.preflight();
    expect([own.isHeld, stops]).toEqual([true, 1]);
    expect(await bench.profile.currentHold()).toBeUndefined();
    expect(logLines.filter((line) => line.includes('this seeder asks nobody'))).toHaveLength(1);
  });

  it('ends with the first preflight that succeeds, and tells those who follow it both times', async () => {
    const told: boolean[] = [];
    own.follow((isHeld) => told.push(isHeld));
    preflight = CLOCK;
    await guard.preflight();
    await guard.preflight();
    preflight = { ok: true };
    await guard.preflight();
    expect([own.isHeld, told]).toEqual([false, [true, false]]);
  });

  it('is none of a request, where IDA refuses the time of some calls only', async () => {
    for (const line of [1, 2, 3, 4]) expect(await guard.faulted(work(line), LATE)).toBe('go on');
    expect([own.isHeld, await requestHolds()]).toEqual([false, 0]);
  });

  it('is none where the set-up is broken for all', async () => {
    preflight = BROKEN;
    await guard.faulted(work(), LATE);
    expect(own.isHeld).toBe(false);
    expect(await bench.profile.currentHold()).toMatchObject({ code: 'IDA-MPA-003' });
  });
});

/** What the log says of holds of the profile. */
function ofProfile(): string[] {
  return logLines.filter((line) => line.includes('the profile is'));
}

describe('a hold of the profile', () => {
  it('stops the work of this process before it is written down, and what was begun meanwhile', async () => {
    preflight = BROKEN;
    await guard.faulted(work(), REFUSED);
    expect(stops).toBe(3);
    expect(await bench.profile.currentHold()).toMatchObject({ code: 'IDA-MPA-003' });
  });

  it('is logged once, however many calls were under way', async () => {
    const other = await bench.submit(['1002']);
    const calls = Array.from({ length: 8 }, (_, at) => work(at + 1, at === 2 ? other : id));
    for (const call of calls) guard.begin(call);
    await Promise.all(calls.map(async (call) => guard.faulted(call, SILENT)));
    expect(ofProfile()).toEqual([expect.stringContaining('the profile is held')]);
  });

  it('takes the reason of the probe that failed last, keeps its beginning, and logs each reason once', async () => {
    await fail(id, id, await bench.submit(['1002']));
    const before = await bench.profile.currentHold();
    for (let again = 0; again < 2; again += 1) expect(await guard.faulted(probe(), BLOCKED)).toBe('all held');
    expect(await bench.profile.currentHold()).toMatchObject({
      probe: 'record',
      code: 'IDA-MLC-022',
      reason: expect.stringContaining('Partner is blocked'),
      since: before?.since,
    });
    expect(ofProfile()).toHaveLength(2);
  });

  it('keeps its reason when a call of before it fails for another', async () => {
    await fail(id, id, await bench.submit(['1002']));
    preflight = BROKEN;
    expect(await guard.faulted(work(), REFUSED)).toBe('all held');
    expect(await bench.profile.currentHold()).toMatchObject({ code: 'MTS-IDA-102' });
  });
});
