import { expect, it } from 'vitest';

import { Progress } from './progress.js';

function record(isTTY: boolean): { isTTY: boolean; text: string; write: (text: string) => void } {
  return {
    isTTY,
    text: '',
    write(text) {
      this.text += text;
    },
  };
}

it('moves a bar on one line of a terminal', () => {
  const screen = record(true);
  const progress = new Progress(screen);
  progress.show(0, 1000);
  progress.show(500, 1000);
  progress.show(1000, 1000);
  progress.end();
  expect(screen.text.split('\r').at(2)).toBe('  [###############---------------] 500 of 1,000 people');
  expect(screen.text.split('\n')).toHaveLength(2);
});

it('writes a line now and then, and the last one, where control characters would be noise', () => {
  const screen = record(false);
  let nowMs = 0;
  const progress = new Progress(screen, () => nowMs);
  for (const done of [0, 100, 200]) progress.show(done, 1000);
  nowMs = 5_000;
  progress.show(600, 1000);
  progress.show(1000, 1000);
  progress.end();
  expect(screen.text).toBe('  0 of 1,000 people\n  600 of 1,000 people\n  1,000 of 1,000 people\n');
});

it('says nothing twice', () => {
  const screen = record(false);
  const progress = new Progress(screen);
  progress.show(10, 10);
  progress.show(10, 10);
  expect(screen.text).toBe('  10 of 10 people\n');
});
