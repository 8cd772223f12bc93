import { PassThrough } from 'node:stream';

import { expect, it } from 'vitest';

import { Interruption } from './interruption.js';
import { questioned } from './terminal.js';

/** Asks, with that typed. */
async function asked(typed: string, stop = new AbortController().signal): Promise<string> {
  const input = new PassThrough();
  const answer = questioned('Run them? [y/N] ', input, new PassThrough(), stop);
  input.end(typed);
  return answer;
}

it('an answer is what was typed, without blanks around it', async () => {
  expect(await asked(' y \r')).toBe('y');
});

it.each([
  ['Ctrl-C', '\u0003'],
  ['Ctrl-D', '\u0004'],
  ['the end of the input', ''],
])('%s is an interruption', async (_what, typed) => {
  await expect(asked(typed)).rejects.toThrow(Interruption);
});

it('so is the end of the whole run, before and while it is asked', async () => {
  await expect(asked('y\r', AbortSignal.abort())).rejects.toThrow(Interruption);
  const stop = new AbortController();
  const answer = questioned('UIN: ', new PassThrough(), new PassThrough(), stop.signal);
  stop.abort();
  await expect(answer).rejects.toThrow(Interruption);
});
