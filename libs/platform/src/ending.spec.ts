import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { Ending } from './ending.js';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => vi.useRealTimers());

const never = async (): Promise<void> => new Promise(() => undefined);

it('gives a step up that hangs, names it, and goes on to the next', async () => {
  const [ending, steps] = [new Ending(), [] as string[]];
  const stop = (async () => {
    await ending.step('the queues', 5000, never);
    await ending.step('the database', 6000, async () => Promise.resolve(steps.push('database')));
  })();
  await vi.advanceTimersByTimeAsync(4999);
  expect([steps, ending.stillOpen]).toEqual([[], ['the queues']]);
  await vi.advanceTimersByTimeAsync(1);
  await stop;
  expect([steps, ending.stillOpen]).toEqual([['database'], ['the queues']]);
});

it('reckons the time of all steps from the beginning of the end', async () => {
  const ending = new Ending();
  await vi.advanceTimersByTimeAsync(4000);
  expect([ending.leftMs(5000), ending.leftMs(3000)]).toEqual([1000, 0]);
  const step = ending.step('late', 5000, never);
  await vi.advanceTimersByTimeAsync(1000);
  await step;
  expect(ending.stillOpen).toEqual(['late']);
});

it('tells the fault of a step, and nothing of one that was given up before', async () => {
  const ending = new Ending();
  await expect(ending.step('first', 1000, async () => Promise.reject(new Error('broken')))).rejects.toThrow(
    'broken',
  );
  const { promise, reject } = Promise.withResolvers<void>();
  const second = ending.step('second', 1000, async () => promise);
  await vi.advanceTimersByTimeAsync(1000);
  await second;
  reject(new Error('too late'));
  await vi.advanceTimersByTimeAsync(1);
  expect(ending.stillOpen).toEqual(['first', 'second']);
});
