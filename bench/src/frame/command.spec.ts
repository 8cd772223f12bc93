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

it('what changes the figures can be typed again as it was', () => {
  expect(readCommand(['ingest', '--out', 'elsewhere'], KNOWN).typed).toBe('');
  const sized = readCommand(['--full', '--requests', '9', '--people', '5'], KNOWN);
  expect(sized.typed).toBe(' --full --people 5 --requests 9');
});

it('the pages alone can be written, and results can go elsewhere', () => {
  expect(readCommand(['--report', '--out', 'elsewhere'], KNOWN)).toMatchObject({
    names: [],
    out: 'elsewhere',
  });
});

it.each([
  [['upload'], 'no bench upload; known are ingest, download'],
  [['--quick', '--full'], 'exclude each other'],
  [['--people', '0'], '--people must be'],
  [['--requests', 'many'], '--requests must be'],
])('what cannot be meant is refused with a sentence: %j', (args, sentence) => {
  expect(() => readCommand(args, KNOWN)).toThrow(sentence);
});
