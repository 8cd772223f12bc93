import { beforeEach, expect, it } from 'vitest';

import { CallFigures } from './call-figures.js';

let nowMs: number;
let figures: CallFigures;
beforeEach(() => {
  nowMs = 0;
  figures = new CallFigures(() => nowMs);
});

it('tells how many calls were sent per second since the last time, and nothing of before', () => {
  for (let call = 0; call < 50; call += 1) figures.noteSent();
  nowMs = 500;
  expect(figures.take().callsPerSecond).toBe(100);
  figures.noteSent();
  nowMs = 1500;
  expect(figures.take().callsPerSecond).toBe(1);
});

it('tells the latency of the last answers, also while a slow IDA answers none, but not for long', () => {
  for (const latencyMs of [40, 900, 41]) figures.noteAnswer(latencyMs);
  nowMs = 1000;
  expect(figures.take().latencyMs).toBe(41);
  nowMs = 6000;
  expect(figures.take().latencyMs).toBe(41);
  nowMs = 6001;
  expect(figures.take().latencyMs).toBeNull();
});
