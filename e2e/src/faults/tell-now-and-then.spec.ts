import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { tellNowAndThen } from './tell-now-and-then.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('who waits is told every fifteen seconds, and no more when it is over', async () => {
  const told: string[] = [];
  const stop = tellNowAndThen(
    async () => 'kill 2 of 20',
    (line) => told.push(line.trim()),
  );
  await vi.advanceTimersByTimeAsync(30_000);
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told).toEqual(['15 s  kill 2 of 20', '30 s  kill 2 of 20']);
});

it('a look that gets no answer is told of too', async () => {
  const told: string[] = [];
  const stop = tellNowAndThen(
    async () => Promise.withResolvers<string>().promise,
    (line) => told.push(line.trim()),
  );
  await vi.advanceTimersByTimeAsync(20_000);
  stop();
  expect(told).toEqual(['20 s  the database does not answer']);
});

it('what comes of a look after the end is not told', async () => {
  const told: string[] = [];
  const look = Promise.withResolvers<string>();
  const stop = tellNowAndThen(
    async () => look.promise,
    (line) => told.push(line),
  );
  await vi.advanceTimersByTimeAsync(15_000);
  stop();
  look.resolve('kill 2 of 20');
  await vi.advanceTimersByTimeAsync(15_000);
  expect(told).toEqual([]);
});
