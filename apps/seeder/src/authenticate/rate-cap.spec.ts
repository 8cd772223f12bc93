import { expect, it } from 'vitest';

import { RateCap } from './rate-cap.js';
import type { Urgency } from './turns.js';

const NEVER = new AbortController().signal;

/** The budget that all seeders share, of which this one has as much as it asks for. */
class Budget {
  readonly reserved: number[] = [];

  async reserveCalls(calls: number): Promise<number> {
    this.reserved.push(calls);
    return Promise.resolve(0);
  }
}

/** Lets calls pass as the cap has them, and notes their names in that order. */
function queue(cap: RateCap, names: readonly (readonly [string, Urgency])[]): Promise<string[]> {
  const passed: string[] = [];
  const passing = names.map(async ([name, urgency]) => {
    await cap.pass(NEVER, urgency);
    passed.push(name);
  });
  return Promise.all(passing).then(() => passed);
}

it('lets a call that is awaited pass before those of lists that came before it', async () => {
  const order = await queue(new RateCap(new Budget(), 200), [
    ['a', 'listed'],
    ['b', 'listed'],
    ['c', 'awaited'],
    ['d', 'listed'],
    ['e', 'awaited'],
  ]);
  expect(order).toEqual(['c', 'e', 'a', 'b', 'd']);
});

it('reserves about a second of calls together', async () => {
  const budget = new Budget();
  const cap = new RateCap(budget, 100);
  await Promise.all(Array.from({ length: 101 }, async () => cap.pass(NEVER, 'listed')));
  expect(budget.reserved).toEqual([100, 100]);
});

it('forgets a call that waits no longer, and lets the others pass', async () => {
  const cap = new RateCap(new Budget(), 200);
  const stop = new AbortController();
  const given = cap.pass(stop.signal, 'awaited');
  const others = queue(cap, [['a', 'listed']]);
  stop.abort(new Error('stopped'));
  await expect(given).rejects.toThrow('stopped');
  expect(await others).toEqual(['a']);
  await expect(cap.pass(stop.signal, 'listed')).rejects.toThrow('stopped');
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
  const waiting = [cap.pass(NEVER, 'listed'), cap.pass(NEVER, 'awaited')];
  for (const one of waiting) await expect(one).rejects.toThrow('no database');
  isThere = true;
  await cap.pass(NEVER, 'listed');
});

it('lets everything pass where there is none', async () => {
  const budget = new Budget();
  await new RateCap(budget, 'none').pass(NEVER, 'listed');
  expect(budget.reserved).toEqual([]);
});
