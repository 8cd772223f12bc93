import { setImmediate as turn } from 'node:timers/promises';

import { expect, it } from 'vitest';

import { Turns } from './turns.js';

it('gives each call a turn of the event loop of its own, in the order of asking', async () => {
  const turns = new Turns();
  const carriedOut: number[] = [];
  for (const call of [1, 2, 3]) void turns.take().then(() => carriedOut.push(call));
  const seen = [[...carriedOut]];
  for (let passed = 0; passed < 3; passed++) {
    await turn();
    seen.push([...carriedOut]);
  }
  expect(seen).toEqual([[], [1], [1, 2], [1, 2, 3]]);
});

it('begins again when all had their turn', async () => {
  const turns = new Turns();
  await turns.take();
  await Promise.all([turns.take(), turns.take()]);
  await expect(turns.take()).resolves.toBeUndefined();
});
