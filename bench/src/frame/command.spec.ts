import { expect, it } from 'vitest';

import { readCommand } from './command.js';

const KNOWN = ['ingest', 'download'];

it('all benches run unless some are named', () => {
  expect(readCommand([], KNOWN).names).toEqual(KNOWN);
  expect(readCommand(['download', '--quick'], KNOWN)).toMatchObject({
    names: ['download'],
    options: { scale: 'quick' },
  });
  expect(readCommand(['--full', '--people', '5'], KNOWN).options).toMatchObject({ scale: 'full', people: 5 });
});

it.each([
  [['upload'], 'no bench upload; known are ingest, download'],
  [['--quick', '--full'], 'exclude each other'],
  [['--people', '0'], '--people must be'],
  [['--requests', 'many'], '--requests must be'],
])('what cannot be meant is refused with a sentence: %j', (args, sentence) => {
  expect(() => readCommand(args, KNOWN)).toThrow(sentence);
});
