import { createLogger } from '@mts/platform';
import { LEASE_SECONDS, type Renewal } from '@mts/store';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { LeaseKeeper, type Leases } from './lease-keeper.js';

const LEASE = 'a lease';
const logger = createLogger({ app: 'spec', level: 'error', write: () => undefined });

const LOST: Renewal<string> = { standing: new Set(), workable: new Set() };
const all = (leases: readonly string[]): Renewal<string> => ({
  standing: new Set(leases),
  workable: new Set(leases),
});
const renewed: Leases<string>['renew'] = async (leases) => Promise.resolve(all(leases));

let keeper: LeaseKeeper<string>;
beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  keeper.close();
  vi.useRealTimers();
});

function keep(renew: Leases<string>['renew']): { readonly stop: AbortSignal; readonly gone: AbortSignal } {
  keeper = new LeaseKeeper({ renew }, logger);
  const stop = keeper.keep(LEASE, performance.now());
  return { stop, gone: keeper.gone(LEASE) };
}

it.each([
  ['is never answered', async () => new Promise<never>(() => undefined)],
  ['fails each time', async () => Promise.reject(new Error('no connection'))],
] as const)('a lease whose renewal %s is given up before another may take it', async (_how, renew) => {
  const { stop, gone } = keep(renew);
  await vi.advanceTimersByTimeAsync(LEASE_SECONDS * 1000);
  expect([stop.aborted, gone.aborted]).toEqual([true, true]);
});

it('a lease that no longer stands is gone', async () => {
  const { stop, gone } = keep(async () => Promise.resolve(LOST));
  await vi.advanceTimersToNextTimerAsync();
  expect([stop.aborted, gone.aborted]).toEqual([true, true]);
});

it('under a lease of what is held up nothing new is begun, and for as long as it is renewed what is under way may end', async () => {
  const { stop, gone } = keep(async (leases) =>
    Promise.resolve({ standing: new Set(leases), workable: new Set() }),
  );
  await vi.advanceTimersByTimeAsync(3 * LEASE_SECONDS * 1000);
  expect([stop.aborted, gone.aborted, keeper.isTrusted(LEASE)]).toEqual([true, false, false]);
});

it('a lease that is renewed stays, and when all work stops what is under way may end', async () => {
  const { stop, gone } = keep(renewed);
  await vi.advanceTimersByTimeAsync(3 * LEASE_SECONDS * 1000);
  expect(stop.aborted).toBe(false);
  keeper.stopAll();
  expect([stop.aborted, gone.aborted]).toEqual([true, false]);
});

it('a process that was frozen begins nothing under a lease that may have run out, though no timer has told it yet', () => {
  keep(async () => new Promise<never>(() => undefined));
  expect(keeper.isTrusted(LEASE)).toBe(true);
  // No timer fires in between.
  keeper.close();
  vi.advanceTimersByTime((LEASE_SECONDS - 2) * 1000);
  expect(keeper.isTrusted(LEASE)).toBe(true);
  vi.advanceTimersByTime(1);
  expect(keeper.isTrusted(LEASE)).toBe(false);
});

it('a lease is trusted from when it was asked for, not from when the answer came', () => {
  keep(async () => new Promise<never>(() => undefined));
  keeper.keep('another', performance.now() - LEASE_SECONDS * 1000);
  expect(keeper.isTrusted('another')).toBe(false);
});

it('a look that is wanted while leases are being renewed is made after that', async () => {
  const answers: ((renewal: Renewal<string>) => void)[] = [];
  const { stop } = keep(async () => new Promise((resolve) => answers.push(resolve)));
  // No renewal is due by itself.
  keeper.close();
  keeper.lookNow();
  keeper.lookNow();
  expect(answers).toHaveLength(1);
  answers.shift()?.(all([LEASE]));
  await vi.advanceTimersByTimeAsync(0);
  expect([stop.aborted, answers.length]).toEqual([false, 1]);
  answers.shift()?.(LOST);
  await vi.advanceTimersByTimeAsync(0);
  expect(stop.aborted).toBe(true);
});

it('what was being taken while the work was stopped is stopped too, and what is not meant goes on', () => {
  keep(renewed);
  const takenAtMs = performance.now();
  vi.advanceTimersByTime(1);
  keeper.stopAll((lease) => lease !== 'a probe');
  expect(keeper.isTrusted(LEASE)).toBe(false);
  expect(keeper.keep('late', takenAtMs).aborted).toBe(true);
  expect(keeper.keep('a probe', takenAtMs).aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(keeper.keep('later', performance.now()).aborted).toBe(false);
});

it('what was being taken while all work was stopped is stopped, though some of it alone was stopped after that', () => {
  keep(renewed);
  const takenAtMs = performance.now();
  vi.advanceTimersByTime(1);
  keeper.stopAll();
  vi.advanceTimersByTime(1);
  keeper.stopAll((lease) => lease === 'another');
  expect(keeper.keep('late', takenAtMs).aborted).toBe(true);
});

it('what took so long to be taken that a stop meanwhile is forgotten is not trusted, and stopped for that', () => {
  keep(renewed);
  const takenAtMs = performance.now();
  keeper.stopAll();
  vi.advanceTimersByTime((LEASE_SECONDS - 2) * 1000 + 1);
  keeper.stopAll((lease) => lease === 'another');
  expect(keeper.keep('late', takenAtMs).aborted).toBe(true);
});

it('once the process ends, what is taken later is stopped too', () => {
  keep(renewed);
  keeper.stopForGood();
  vi.advanceTimersByTime(1);
  expect(keeper.keep('later', performance.now()).aborted).toBe(true);
  keeper.stopAll((lease) => lease === 'another');
  vi.advanceTimersByTime(LEASE_SECONDS * 1000);
  expect(keeper.keep('much later', performance.now()).aborted).toBe(true);
});
