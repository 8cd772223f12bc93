import { expect, it } from 'vitest';

import { Progress } from './progress.js';

function shown(isTTY: boolean): readonly string[] {
  const texts: string[] = [];
  const progress = new Progress({ isTTY, write: (text) => texts.push(text) }, 1_000_000);
  for (const rowCount of [200, 9_800, 10_000, 10_200, 1_000_000]) progress.show(rowCount);
  progress.end();
  return texts;
}

it('a terminal is told of every hundredth, on one line that is gone at the end', () => {
  expect(shown(true)).toEqual([
    '\r  1 % 10,000 of 1,000,000 rows',
    '\r100 % 1,000,000 of 1,000,000 rows',
    '\r\u001b[2K',
  ]);
});

it('a log is told nothing', () => {
  expect(shown(false)).toEqual([]);
});
