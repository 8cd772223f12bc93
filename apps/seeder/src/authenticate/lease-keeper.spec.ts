import { createLogger } from '@mts/platform';
import { LEASE_SECONDS } from '@mts/store';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { LeaseKeeper, type Leases } from './lease-keeper.js';

const LEASE = 'a lease';
const logger = createLogger({ app: 'spec', level: 'error', write: () => undefined });

let keeper: LeaseKeeper<string>;
beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  keeper.close();
  vi.useRealTimers();
});

function keep(renew: Leases<string>['renew']): { readonly stop: AbortSignal; readonly gone: AbortSignal } {
  keeper = new LeaseKeeper({ renew }, logger);
  const stop = keeper.keep(LEASE);
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
  const { stop, gone } = keep(async () => Promise.resolve(new Set<string>()));
  await vi.advanceTimersToNextTimerAsync();
  expect([stop.aborted, gone.aborted]).toEqual([true, true]);
});

it('a lease that is renewed stays, and when all work stops what is under way may end', async () => {
  const { stop, gone } = keep(async (leases) => Promise.resolve(new Set(leases)));
  await vi.advanceTimersByTimeAsync(3 * LEASE_SECONDS * 1000);
  expect(stop.aborted).toBe(false);
  keeper.stopAll();
  expect([stop.aborted, gone.aborted]).toEqual([true, false]);
});
