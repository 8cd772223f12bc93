import type { PreflightResult } from '@mts/ida-client';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { ProfileDesk } from '../spec-support/profile-desk.js';
import { Bench } from '../spec-support/running-seeder.js';
import type { Prober } from './prober.js';

const BROKEN: PreflightResult = {
  ok: false,
  faultClass: 'configuration',
  code: 'IDA-MPA-008',
  reason: 'IDA: License key of MISP has expired',
};

let bench: Bench;
let desk: ProfileDesk;
let prober: Prober;
/** IDA's answers to preflights that wait for one, in order. */
let asked: ((result: PreflightResult) => void)[];
let whenAsked: () => void;
beforeEach(async () => {
  bench = await Bench.open();
  asked = [];
  whenAsked = () => undefined;
  const client = {
    preflight: async () =>
      new Promise<PreflightResult>((resolve) => {
        asked.push(resolve);
        whenAsked();
      }),
  };
  desk = new ProfileDesk(bench, { client });
  prober = desk.prober({ ofProfile: probe, ofRequest: probe, ofSeeder: probe });
});
afterEach(async () => bench.close());

async function probe(): Promise<'nothing waits'> {
  return Promise.resolve('nothing waits');
}

async function nextPreflight(): Promise<(result: PreflightResult) => void> {
  const answer =
    asked.shift() ??
    (await new Promise<void>((resolve) => {
      whenAsked = resolve;
    }).then(() => asked.shift()));
  if (answer === undefined) throw new Error('no preflight was made');
  return answer;
}

it('does not answer with what a preflight that was under way already found out', async () => {
  const earlier = desk.preflights.make();
  const answerEarlier = await nextPreflight();
  const pressedAt = await bench.database.now();
  const press = prober.preflightFor(pressedAt);
  answerEarlier(BROKEN);
  await earlier;
  (await nextPreflight())({ ok: true });
  await press;
  expect(await bench.profile.lastPreflight()).toMatchObject({ ok: true });
  expect((await bench.profile.lastPreflight())?.checkedAt.getTime()).toBeGreaterThan(pressedAt.getTime());
});

it('begins the preflight of a later press a second after the one before, or later', async () => {
  const begunAt: number[] = [];
  for (const pressedAt of [async () => new Date(0), async () => bench.database.now()]) {
    const done = prober.preflightFor(await pressedAt());
    (await nextPreflight())({ ok: true });
    await done;
    begunAt.push((await bench.profile.lastPreflight())?.checkedAt.getTime() ?? 0);
  }
  expect((begunAt[1] ?? 0) - (begunAt[0] ?? 0)).toBeGreaterThanOrEqual(1000);
});
