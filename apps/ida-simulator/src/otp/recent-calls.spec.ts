import { expect, it } from 'vitest';

import { RecentCalls } from './recent-calls.js';

const START = Date.parse('2026-11-22T01:00:00Z');
const MINUTE_MS = 60_000;

function at(minutes: number): number {
  return START + minutes * MINUTE_MS;
}

/** Calls about one person, at the minutes given. */
function called(...minutes: readonly number[]): RecentCalls {
  const calls = new RecentCalls();
  for (const minute of minutes) calls.add('1', at(minute), new Date(at(minute)));
  return calls;
}

it('calls about a person count in the minutes before a time, its own and the first included', () => {
  const calls = called(0, 1, 2, 3, 4);
  expect([0, 1, 3, 4].map((minute) => calls.count('1', at(minute), 1))).toEqual([1, 2, 2, 2]);
  expect(calls.count('1', at(4), 3)).toBe(4);
  expect(calls.count('2', at(4), 3)).toBe(0);
});

it('calls of long ago are forgotten', () => {
  expect(called(0, 4, 8).count('1', at(0), 1)).toBe(0);
  expect(called(0, 10).count('1', at(0), 1)).toBe(0);
});
