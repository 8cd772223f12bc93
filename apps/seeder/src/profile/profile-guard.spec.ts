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

let bench: Bench;
let id: string;
let preflight: PreflightResult;
let guard: ProfileGuard;
beforeEach(async () => {
  bench = await Bench.open();
  id = await bench.submit(['1001']);
  const client = { preflight: async () => preflight };
  guard = new ProfileGuard(
    client,
    bench.profile,
    createLogger({ app: 'spec', level: 'error', write: () => undefined }),
  );
});
afterEach(async () => bench.close());

async function requestHolds(): Promise<number> {
  return (await bench.requests.holds(id)).length;
}

describe('calls that were under way while the set-up was broken', () => {
  it('hold nothing when they fail after it was mended', async () => {
    const askedAtMs = performance.now();
    preflight = BROKEN;
    expect(await guard.faulted(id, REFUSED, askedAtMs)).toBe('held');
    preflight = { ok: true };
    for (let call = 0; call < 5; call += 1) expect(await guard.faulted(id, REFUSED, askedAtMs)).toBe('go on');
    expect(await bench.profile.currentHold()).toBeUndefined();
    expect(await requestHolds()).toBe(0);
  });

  it('do not speak for those that are made later: the third of these holds the request', async () => {
    preflight = BROKEN;
    await guard.faulted(id, REFUSED, performance.now());
    preflight = { ok: true };
    await guard.preflight();
    const after: string[] = [];
    for (let call = 0; call < 3; call += 1) after.push(await guard.faulted(id, REFUSED, performance.now()));
    expect(after).toEqual(['go on', 'go on', 'held']);
    expect(await requestHolds()).toBe(1);
  });
});
