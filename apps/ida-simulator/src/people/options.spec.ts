import { describe, expect, it } from 'vitest';

import { readPeopleOptions } from './options.js';

describe('the options of the people generator', () => {
  it('have defaults for all but the count', () => {
    expect(readPeopleOptions(['--count', '5'])).toEqual({ count: 5, seed: 1, directory: '.mts/people' });
  });

  it('can all be given', () => {
    const args = ['--count', '5', '--seed=0', '--out', '/tmp/x', '--partner', 'p'];
    expect(readPeopleOptions(args)).toEqual({ count: 5, seed: 0, directory: '/tmp/x', partnerId: 'p' });
  });

  it.each([
    [[], '--count must be a whole number'],
    [['--count', '0'], '--count must be a whole number'],
    [['--count', '1e3'], '--count must be a whole number'],
    [['--count', '5', '--seed', '4294967296'], '--seed must be a whole number'],
    [['--count', '5', '--sed', '1'], "Unknown option '--sed'"],
  ])('are refused with a sentence: %j', (args, sentence) => {
    expect(() => readPeopleOptions(args)).toThrow(sentence);
  });
});
