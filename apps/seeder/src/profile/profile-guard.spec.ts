import { IdaFault } from '@mts/domain';
import type { PreflightResult } from '@mts/ida-client';
import { createLogger } from '@mts/platform';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Bench } from '../spec-support/running-seeder.js';
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
beforeEach(async () => {
  bench = await Bench.open();
  logLines = [];
  preflight = { ok: true };
  id = await bench.submit(['1001']);
  const client = { preflight: async () => preflight };
  guard = new ProfileGuard(
    client,
    bench.profile,
    createLogger({ app: 'spec', level: 'error', write: (line) => logLines.push(line) }),
  );
});
afterEach(async () => bench.close());

async function requestHolds(): Promise<number> {
  return (await bench.profile.holdsOf(id)).length;
}

function work() {
  return { requestId: id, purpose: 'work' } as const;
}

function probe() {
  return { requestId: id, purpose: 'probe' } as const;
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
    for (let call = 0; call < 3; call += 1)
      after.push(await guard.faulted(work(), REFUSED, performance.now()));
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

describe('a hold of the profile', () => {
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
