import type { PreflightResult } from '@mts/ida-client';
import { ProfileStore } from '@mts/store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { BROKEN, probeOn, ProfileDesk, SILENT } from '../spec-support/profile-desk.js';
import { Bench } from '../spec-support/running-seeder.js';
import type { Prober } from './prober.js';

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
  prober = desk.prober();
});
afterEach(async () => bench.close());

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

describe('a seeder that holds itself', () => {
  beforeEach(async () => {
    await desk.joinOthers();
    await desk.own.hold('IDA-MLC-001', 'its clock');
  });

  it('leaves it to those without it to answer who asks for a preflight, and makes none for that', async () => {
    await prober.preflightFor(await bench.database.now());
    expect(asked).toEqual([]);
  });

  it('looks at once when somebody may have mended it, and goes on', async () => {
    const looked = prober.lookMended();
    (await nextPreflight())({ ok: true });
    await looked;
    expect(desk.own.isHeld).toBe(false);
  });

  it('looks no oftener than once a second, however often it is told', async () => {
    let preflights = 0;
    whenAsked = () => {
      preflights += 1;
      asked.shift()?.(BROKEN);
    };
    const begunAtMs = performance.now();
    for (let told = 0; told < 100; told += 1) await prober.lookMended();
    expect(preflights).toBeGreaterThan(0);
    expect(preflights).toBeLessThanOrEqual(1 + (performance.now() - begunAtMs) / 1000);
  });
});

it('a seeder that holds nobody makes no preflight when somebody may have mended one', async () => {
  await prober.lookMended();
  expect(asked).toEqual([]);
});

it('a seeder whose probe has failed leaves the next one to the others for four seconds each, and to five at the most', async () => {
  const takeProbe = vi.spyOn(ProfileStore.prototype, 'takeProbe');
  const looked = async (): Promise<number | undefined> => {
    const before = takeProbe.mock.calls.length;
    await vi.waitUntil(() => takeProbe.mock.calls.length > before, { timeout: 20_000 });
    return takeProbe.mock.lastCall?.[0];
  };
  await desk.join();
  await desk.joinOthers(2);
  await desk.guard.faulted(probeOn(await bench.submit(['1001'])), SILENT);
  const started = prober.start();
  (await nextPreflight())({ ok: true });
  await started;
  expect(await looked()).toBe(12);
  await desk.joinOthers(10);
  await looked();
  expect(await looked()).toBe(20);
  prober.close();
});
