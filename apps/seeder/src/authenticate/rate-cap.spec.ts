import { setImmediate } from 'node:timers/promises';

import type { ProfileStore } from '@mts/store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { CallGate, type Place } from './call-gate.js';
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

/** A gate of so many places before a cap, which asks the budget for its moments. */
function gateOf(budget: Pick<ProfileStore, 'reserveCalls'>, perSecondMax: number, places = 1000): CallGate {
  const limit = { places, noteFull: () => undefined };
  return new CallGate(limit, { places: Infinity }, new RateCap(budget, perSecondMax));
}

/** Lets calls go as the cap has them, and notes whose they were in that order. */
async function queue(gate: CallGate, claims: readonly Claim[]): Promise<string[]> {
  const went: string[] = [];
  const going = claims.map(async (one) => {
    const place = await gate.enter(one, NEVER);
    went.push(one.requestId);
    place?.leave();
  });
  await Promise.all(going);
  return went;
}

it('lets a call that is awaited go before those of lists that came before it, and lists by turns', async () => {
  const order = await queue(gateOf(new Budget(), 200), [
    claim('giant'),
    claim('giant'),
    claim('giant'),
    claim('x', 'awaited'),
    claim('small'),
    claim('y', 'awaited'),
  ]);
  expect(order).toEqual(['x', 'y', 'giant', 'small', 'giant', 'giant']);
});

it('forgets a call that waits no longer, and lets the others go', async () => {
  const gate = gateOf(new Budget(), 200);
  const stop = new AbortController();
  const given = gate.enter(claim('x', 'awaited'), stop.signal);
  const others = queue(gate, [claim('a')]);
  stop.abort();
  expect([await given, await others, gate.inFlight]).toEqual([undefined, ['a'], 0]);
});

it('tells all who wait that the budget cannot be read, and tries again for the next', async () => {
  let isThere = false;
  const budget = {
    reserveCalls: async () => {
      if (!isThere) throw new Error('no such table');
      return Promise.resolve(0);
    },
  };
  const gate = gateOf(budget, 200);
  const waiting = [gate.enter(claim('a'), NEVER), gate.enter(claim('x', 'awaited'), NEVER)];
  for (const one of waiting) await expect(one).rejects.toThrow('no such table');
  isThere = true;
  expect(await queue(gate, [claim('a')])).toEqual(['a']);
});

/** Lets some time pass in steps so small that whatever is due then has happened by the next one. */
async function pass(ms: number): Promise<void> {
  for (let step = 0; step < ms / 10; step += 1) await vi.advanceTimersByTimeAsync(10);
}

/** Seeders that each have so many calls to make in each of some seconds, and when the calls went. */
async function run(perSecondMax: number, callsBySecond: readonly (readonly number[])[]) {
  const [budget, wentAtMs, stop] = [new Budget(), [] as number[], new AbortController()];
  const call = async (gate: CallGate, requestId: string, signal: AbortSignal): Promise<void> => {
    const place = await gate.enter(claim(requestId), signal);
    if (place !== undefined) wentAtMs.push(performance.now());
    place?.leave();
  };
  const seeders = callsBySecond.map((calls) => ({ calls, gate: gateOf(budget, perSecondMax) }));
  const seconds = Math.max(...callsBySecond.map((calls) => calls.length));
  for (let second = 0; second < seconds; second += 1) {
    for (const [n, { calls, gate }] of seeders.entries()) {
      for (let made = 0; made < (calls[second] ?? 0); made += 1) void call(gate, String(n), stop.signal);
    }
    await pass(1000);
  }
  stop.abort();
  await setImmediate();
  return { wentAtMs: wentAtMs.toSorted((a, b) => a - b), statements: budget.reserved.length };
}

function mostIn(stretchMs: number, wentAtMs: readonly number[]): number {
  return Math.max(
    0,
    ...wentAtMs.map((startMs, at) => wentAtMs.slice(at).filter((ms) => ms < startMs + stretchMs).length),
  );
}

const idleThenBusy = (offset: number): number[] => [
  ...Array.from({ length: 5 }, (_, second) => (second === offset ? 3 : 0)),
  ...Array.from({ length: 25 }, () => 0),
  ...Array.from({ length: 15 }, () => 40),
];

describe('in virtual time', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => vi.useRealTimers());

  it('lets no more go in any ten seconds than the cap times ten and one second, after idleness and for several seeders', async () => {
    const { wentAtMs } = await run(20, [0, 1, 2, 3].map(idleThenBusy));
    expect(mostIn(10_000, wentAtMs)).toBeLessThanOrEqual(220);
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

  it('lets no more go when a stall of IDA ends than at any other time, however many wait for a place', async () => {
    const [gate, wentAtMs, places] = [
      gateOf(new Budget(), 2, 8),
      [] as number[],
      [] as (Place | undefined)[],
    ];
    let isStalled = true;
    const call = async (requestId: string): Promise<void> => {
      const place = await gate.enter(claim(requestId), NEVER);
      wentAtMs.push(performance.now());
      if (isStalled) places.push(place);
      else place?.leave();
    };
    for (let caller = 0; caller < 100; caller += 1) void call(String(caller % 4));
    await pass(20_000);
    expect(wentAtMs).toHaveLength(8);
    isStalled = false;
    for (const place of places) place?.leave();
    await pass(20_000);
    expect(
      [1, 1000, 2000, 5000].map((ms) => mostIn(ms, wentAtMs) <= Math.ceil((2 * (ms + 1000)) / 1000)),
    ).toEqual([true, true, true, true]);
    expect(wentAtMs.length).toBeGreaterThanOrEqual(8 + 2 * 19);
  });

  it('lets none go in the time that it is paused for, nor those together afterwards that could have', async () => {
    const [gate, wentAtMs] = [gateOf(new Budget(), 10), [] as number[]];
    for (let caller = 0; caller < 100; caller += 1)
      void gate.enter(claim('a'), NEVER).then(() => wentAtMs.push(performance.now()));
    await pass(500);
    gate.pause();
    const before = wentAtMs.length;
    await pass(30_000);
    expect(wentAtMs).toHaveLength(before);
    gate.goOn();
    await pass(3000);
    expect(mostIn(1, wentAtMs)).toBeLessThanOrEqual(11);
    expect(mostIn(1000, wentAtMs)).toBeLessThanOrEqual(20);
  });

  it('tells until when a call may be sent: a second after its moment, less what the database took to tell of it', async () => {
    const slow = {
      reserveCalls: async () => {
        await new Promise((resolve) => setTimeout(resolve, 300));
        return 200;
      },
    };
    const beganAtMs = performance.now();
    const place = gateOf(slow, 2).enter(claim('a'), NEVER);
    await pass(1000);
    expect((await place)?.sentUntilMs).toBe(beganAtMs + 200 + 1000);
  });
});
