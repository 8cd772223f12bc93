import { setImmediate } from 'node:timers/promises';

import { afterEach, describe, expect, it, vi } from 'vitest';

import { RateCap } from './rate-cap.js';
import type { Claim, Urgency } from './turns.js';

const NEVER = new AbortController().signal;
const claim = (requestId: string, urgency: Urgency = 'listed'): Claim => ({ urgency, requestId });

/** The budget that all seeders share, as the store keeps it. */
class Budget {
  readonly reserved: number[] = [];
  private nextFreeAtMs = 0;

  async reserveCalls(calls: number, perSecondMax: number): Promise<number> {
    this.reserved.push(calls);
    const atMs = Math.max(this.nextFreeAtMs, performance.now());
    this.nextFreeAtMs = atMs + (1000 * calls) / perSecondMax;
    return Promise.resolve(atMs - performance.now());
  }
}

/** Lets calls pass as the cap has them, and notes whose they were in that order. */
function queue(cap: RateCap, claims: readonly Claim[]): Promise<string[]> {
  const passed: string[] = [];
  const passing = claims.map(async (one) => {
    await cap.pass(NEVER, one);
    passed.push(one.requestId);
  });
  return Promise.all(passing).then(() => passed);
}

it('lets a call that is awaited pass before those of lists that came before it, and lists by turns', async () => {
  const order = await queue(new RateCap(new Budget(), 200), [
    claim('giant'),
    claim('giant'),
    claim('giant'),
    claim('x', 'awaited'),
    claim('small'),
    claim('y', 'awaited'),
  ]);
  expect(order).toEqual(['x', 'y', 'giant', 'small', 'giant', 'giant']);
});

it('forgets a call that waits no longer, and lets the others pass', async () => {
  const cap = new RateCap(new Budget(), 200);
  const stop = new AbortController();
  const given = cap.pass(stop.signal, claim('x', 'awaited'));
  const others = queue(cap, [claim('a')]);
  stop.abort(new Error('stopped'));
  await expect(given).rejects.toThrow('stopped');
  expect(await others).toEqual(['a']);
  await expect(cap.pass(stop.signal, claim('a'))).rejects.toThrow('stopped');
});

it('tells all who wait that the budget cannot be read, and tries again for the next', async () => {
  let isThere = false;
  const cap = new RateCap(
    {
      reserveCalls: async () => {
        if (!isThere) throw new Error('no database');
        return Promise.resolve(0);
      },
    },
    200,
  );
  const waiting = [cap.pass(NEVER, claim('a')), cap.pass(NEVER, claim('x', 'awaited'))];
  for (const one of waiting) await expect(one).rejects.toThrow('no database');
  isThere = true;
  await cap.pass(NEVER, claim('a'));
});

it('lets everything pass where there is none', async () => {
  const budget = new Budget();
  await new RateCap(budget, 'none').pass(NEVER, claim('a'));
  expect(budget.reserved).toEqual([]);
});

/** Seeders that each have so many calls to make in each of some seconds, and when the calls went. */
async function run(perSecondMax: number, callsBySecond: readonly (readonly number[])[]) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const [budget, wentAtMs, stop] = [new Budget(), [] as number[], new AbortController()];
  const seeders = callsBySecond.map((calls) => ({
    calls,
    cap: new RateCap(budget, perSecondMax),
    waiting: 0,
  }));
  const seconds = Math.max(...callsBySecond.map((calls) => calls.length));
  for (let tick = 0; tick < seconds * 100; tick += 1) {
    for (const [n, { calls, cap }] of seeders.entries()) {
      const ofThisTick = tick % 100 === 0 ? (calls[tick / 100] ?? 0) : 0;
      for (let call = 0; call < ofThisTick; call += 1)
        cap.pass(stop.signal, claim(String(n))).then(
          () => wentAtMs.push(performance.now()),
          () => undefined,
        );
    }
    await vi.advanceTimersByTimeAsync(10);
  }
  stop.abort();
  await setImmediate();
  return { wentAtMs: wentAtMs.toSorted((a, b) => a - b), statements: budget.reserved.length };
}

function mostInTenSeconds(wentAtMs: readonly number[]): number {
  return Math.max(
    0,
    ...wentAtMs.map((startMs, at) => wentAtMs.slice(at).filter((ms) => ms < startMs + 10_000).length),
  );
}

const idleThenBusy = (offset: number): number[] => [
  ...Array.from({ length: 5 }, (_, second) => (second === offset ? 3 : 0)),
  ...Array.from({ length: 25 }, () => 0),
  ...Array.from({ length: 15 }, () => 40),
];

describe('in virtual time', () => {
  afterEach(() => vi.useRealTimers());

  it('lets no more pass in any ten seconds than the cap times ten and one second, after idleness and for several seeders', async () => {
    const { wentAtMs } = await run(20, [0, 1, 2, 3].map(idleThenBusy));
    expect(mostInTenSeconds(wentAtMs)).toBeLessThanOrEqual(220);
    // And not much less where there is enough to do: of fifteen seconds of twenty calls.
    expect(wentAtMs.length).toBeGreaterThanOrEqual(12 + 15 * 20 * 0.95);
  });

  it('does not let go at once, after idleness, what was reserved before it', async () => {
    const { wentAtMs } = await run(100, [[11, ...Array.from({ length: 29 }, () => 0), 30]]);
    const later = wentAtMs.filter((ms) => ms >= 30_000);
    const gapsMs = later.slice(1).map((ms, at) => ms - (later[at] ?? 0));
    expect([later.length, Math.min(...gapsMs)]).toEqual([30, 10]);
  });

  it('lets seeders have equal parts of it, in short turns', async () => {
    const { wentAtMs } = await run(100, [
      Array.from({ length: 4 }, () => 200),
      Array.from({ length: 4 }, () => 200),
    ]);
    expect(wentAtMs.length).toBeGreaterThanOrEqual(390);
    const gapsMs = wentAtMs.slice(1).map((ms, at) => ms - (wentAtMs[at] ?? 0));
    expect(Math.max(...gapsMs)).toBeLessThanOrEqual(20);
  });

  it('keeps to a cap of less than one call per second', async () => {
    const { wentAtMs } = await run(0.5, [[30, ...Array.from({ length: 20 }, () => 0)]]);
    expect(wentAtMs.length).toBe(11);
  });

  it('keeps nobody waiting under a cap far above what is asked, with few statements, and one seeder takes nothing from another', async () => {
    const { wentAtMs, statements } = await run(100_000, [
      Array.from({ length: 5 }, () => 300),
      Array.from({ length: 5 }, () => 300),
      Array.from({ length: 5 }, () => 300),
    ]);
    const lateMs = wentAtMs.map((ms) => ms % 1000);
    expect([wentAtMs.length, Math.max(...lateMs) < 50]).toEqual([4500, true]);
    expect(statements).toBeLessThan(200);
  });
});
