import { randomUUID } from 'node:crypto';

import { IdaFault } from '@mts/domain';
import type { PreflightResult } from '@mts/ida-client';
import { createLogger } from '@mts/platform';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Bench } from '../spec-support/running-seeder.js';
import { OwnHold } from './own-hold.js';
import { ProfileGuard } from './profile-guard.js';

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
beforeEach(async () => {
  bench = await Bench.open();
  logLines = [];
  preflight = { ok: true };
  id = await bench.submit(['1001']);
  const client = { preflight: async () => preflight };
  const logger = createLogger({ app: 'spec', level: 'error', write: (line) => logLines.push(line) });
  own = new OwnHold(randomUUID(), bench.profile, logger);
  stops = 0;
  guard = new ProfileGuard(client, bench.profile, own, () => (stops += 1), logger);
});
afterEach(async () => bench.close());

async function requestHolds(): Promise<number> {
  return (await bench.profile.holdsOf(id)).length;
}

function work(line = 1) {
  return { requestId: id, n: 0, line, purpose: 'work', isLastResort: false } as const;
}

function probe(isLastResort = false) {
  return { ...work(), purpose: 'probe', isLastResort } as const;
}

async function meet(): Promise<string> {
  return guard.faulted(work(), BLOCKED, performance.now());
}

async function silent(): Promise<string> {
  return guard.faulted(work(), SILENT, performance.now());
}

describe('calls that were under way while the set-up was broken', () => {
  it('hold nothing when they fail after it was mended', async () => {
    const askedAtMs = performance.now();
    preflight = BROKEN;
    expect(await guard.faulted(work(), REFUSED, askedAtMs)).toBe('held');
    preflight = { ok: true };
    for (let call = 0; call < 5; call += 1)
      expect(await guard.faulted(work(), REFUSED, askedAtMs)).toBe('go on');
    expect(await bench.profile.currentHold()).toBeUndefined();
    expect(await requestHolds()).toBe(0);
  });

  it('do not speak for those that are made later: the third of these holds the request', async () => {
    preflight = BROKEN;
    await guard.faulted(work(), REFUSED, performance.now());
    preflight = { ok: true };
    await guard.preflight();
    const after: string[] = [];
    for (const line of [1, 2, 3]) after.push(await guard.faulted(work(line), REFUSED, performance.now()));
    expect(after).toEqual(['go on', 'go on', 'held']);
    expect(await requestHolds()).toBe(1);
  });
});

describe('a fault of the set-up that a preflight cannot find', () => {
  it('holds all requests at the third in a row, until a record is answered, and says what it is', async () => {
    expect([await meet(), await meet(), await meet()]).toEqual(['go on', 'go on', 'held']);
    expect(await bench.profile.holdsOf(id)).toMatchObject([{ kind: 'profile', code: 'IDA-MLC-022' }]);
    const hold = await bench.profile.currentHold();
    expect(hold?.probe).toBe('record');
    expect(hold?.reason).toMatch(/A preflight succeeds.*Partner is blocked\. Ask the MOSIP operator/);
  });

  it('holds nothing while records are answered in between', async () => {
    for (let round = 0; round < 3; round += 1) {
      expect([await meet(), await meet()]).toEqual(['go on', 'go on']);
      guard.answered();
    }
    expect(await bench.profile.currentHold()).toBeUndefined();
  });
});

describe('a record that alone gets no usable answer', () => {
  it('holds its request when it is the last one to be asked about, and not while others wait', async () => {
    id = await bench.submit(Array.from({ length: 600 }, (_, at) => String(1000 + at)));
    const after: string[] = [];
    for (let call = 0; call < 3; call += 1)
      after.push(await guard.faulted(work(), REFUSED, performance.now()));
    expect([after, await requestHolds()]).toEqual([['go on', 'go on', 'go on'], 0]);
    await bench.database.query('UPDATE range SET finished_at = now() WHERE request_id = $1 AND n = 1', [id]);
    expect(await guard.faulted(work(), REFUSED, performance.now())).toBe('held');
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
    expect(await guard.faulted(work(), LATE, performance.now())).toBe('held');
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
    for (const line of [1, 2, 3, 4])
      expect(await guard.faulted(work(line), LATE, performance.now())).toBe('go on');
    expect([own.isHeld, await requestHolds()]).toEqual([false, 0]);
  });

  it('is none where the set-up is broken for all', async () => {
    preflight = BROKEN;
    await guard.faulted(work(), LATE, performance.now());
    expect(own.isHeld).toBe(false);
    expect(await bench.profile.currentHold()).toMatchObject({ code: 'IDA-MPA-003' });
  });
});

describe('a hold of the profile', () => {
  it('stops the work of this process before it is written down, and what was begun meanwhile', async () => {
    preflight = BROKEN;
    await guard.faulted(work(), REFUSED, performance.now());
    expect(stops).toBe(2);
    expect(await bench.profile.currentHold()).toMatchObject({ code: 'IDA-MPA-003' });
  });

  it('is logged once, however many calls were under way', async () => {
    await Promise.all(Array.from({ length: 8 }, silent));
    expect(logLines.filter((line) => line.includes('the profile is held'))).toHaveLength(1);
    expect(logLines).toHaveLength(1);
  });

  it('takes the reason of the probe that failed last, keeps its beginning, and logs each reason once', async () => {
    await Promise.all(Array.from({ length: 3 }, silent));
    const before = await bench.profile.currentHold();
    for (let again = 0; again < 2; again += 1)
      expect(await guard.faulted(probe(), BLOCKED, performance.now())).toBe('held');
    expect(await bench.profile.currentHold()).toMatchObject({
      probe: 'record',
      code: 'IDA-MLC-022',
      reason: expect.stringContaining('Partner is blocked'),
      since: before?.since,
    });
    expect(logLines).toHaveLength(2);
  });

  it('keeps its reason when a call of before it fails for another', async () => {
    await Promise.all(Array.from({ length: 3 }, silent));
    preflight = BROKEN;
    expect(await guard.faulted(work(), REFUSED, performance.now())).toBe('held');
    expect(await bench.profile.currentHold()).toMatchObject({ code: 'MTS-IDA-102' });
  });
});
