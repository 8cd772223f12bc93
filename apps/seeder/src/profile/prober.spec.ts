import { randomUUID } from 'node:crypto';

import type { PreflightResult } from '@mts/ida-client';
import { createLogger } from '@mts/platform';
import { OpinionStore, SilenceStore } from '@mts/store';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { Bench } from '../spec-support/running-seeder.js';
import { OwnHold } from './own-hold.js';
import { Prober } from './prober.js';
import { ProfileGuard } from './profile-guard.js';
import { SecondOpinion } from './second-opinion.js';

const BROKEN: PreflightResult = {
  ok: false,
  faultClass: 'configuration',
  code: 'IDA-MPA-008',
  reason: 'IDA: License key of MISP has expired',
};

let bench: Bench;
let guard: ProfileGuard;
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
  const logger = createLogger({ app: 'spec', level: 'error', write: () => undefined });
  const own = new OwnHold(randomUUID(), bench.profile, logger);
  const [profile, silence] = [bench.profile, new SilenceStore(bench.database, 'default')];
  const work = { stop: () => undefined, pause: () => undefined, goOn: () => undefined };
  const opinion = new SecondOpinion(new OpinionStore(bench.database, 'default', own.seederId), own, 1000);
  guard = new ProfileGuard({ client, profile, silence, own, opinion, work, logger });
  prober = new Prober(
    guard,
    profile,
    silence,
    own,
    opinion,
    { ofProfile: probe, ofRequest: probe, ofSeeder: probe },
    300,
    logger,
  );
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
  const earlier = guard.preflight();
  const answerEarlier = await nextPreflight();
  const pressedAt = await bench.profile.now();
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
  for (const pressedAt of [async () => new Date(0), async () => bench.profile.now()]) {
    const done = prober.preflightFor(await pressedAt());
    (await nextPreflight())({ ok: true });
    await done;
    begunAt.push((await bench.profile.lastPreflight())?.checkedAt.getTime() ?? 0);
  }
  expect((begunAt[1] ?? 0) - (begunAt[0] ?? 0)).toBeGreaterThanOrEqual(1000);
});
