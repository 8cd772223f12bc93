import { describe, expect, it } from 'vitest';

import { readPeopleOptions, USAGE } from './options.js';
import { DEFAULT_SHARES, SHARE_OPTIONS } from './shares.js';

describe('the options of the people generator', () => {
  it('have defaults for all but the count', () => {
    const defaults = { count: 5, seed: 1, directory: '.mts/people', shares: DEFAULT_SHARES };
    expect(readPeopleOptions(['--count', '5'])).toEqual(defaults);
  });

  it('can all be given', () => {
    const args = ['--count', '5', '--seed=0', '--out', '/tmp/x', '--partner', 'p', '--mismatches', '.5'];
    expect(readPeopleOptions([...args, '--one-time-vids=1', '--unknown', '0'])).toEqual({
      count: 5,
      seed: 0,
      directory: '/tmp/x',
      partnerId: 'p',
      shares: { ...DEFAULT_SHARES, mismatches: 0.5, oneTimeVids: 1, unknown: 0 },
    });
  });

  it.each(['--help', '-h'])('are explained, each of them, for %s', (flag) => {
    expect(readPeopleOptions([flag])).toBeUndefined();
    const flags = [
      'count',
      'seed',
      'out',
      'partner',
      ...Object.values(SHARE_OPTIONS).map((each) => each.flag),
    ];
    expect(flags.filter((each) => !USAGE.includes(`  --${each} `))).toEqual([]);
  });

  it.each([
    [[], /^--count is missing\.\n\nUsage: npm run people -- --count <number>/],
    [['--count', '0'], '--count must be a whole number'],
    [['--count', '1e3'], '--count must be a whole number'],
    [['--count', '5', '--seed', '4294967296'], '--seed must be a whole number'],
    [['--count', '5', '--sed', '1'], /^Unknown option '--sed'; see --help\.$/],
    [['--count', '5', '--seed', '-1'], '--seed must be a whole number from 0'],
    [['--count', '5', '--malformed', '-.5'], '--malformed must be a number from 0 to 1'],
    [['--count', '5', '--out'], /^Option '--out <value>' argument missing; see --help\.$/],
    [['--count', '5', '--out', '--seed', '1'], /^Option '--out' argument missing; see --help\.$/],
    [['5'], /^Unexpected argument '5'; see --help\.$/],
    [['--help=5'], /^Option '-h, --help' does not take an argument; see --help\.$/],
    [['--count', '5', '--mismatches', '6%'], '--mismatches must be a number from 0 to 1'],
    [['--count', '5', '--malformed', '1.5'], '--malformed must be a number from 0 to 1'],
    [
      ['--count', '5', '--mismatches', '0.5', '--malformed', '0.6'],
      'are 1.13 together and must be 1 or less: lower --mismatches or --malformed; see --help.',
    ],
    [
      ['--count', '5', '--malformed', '1'],
      '--mismatches 0.06, --unknown 0.02, --malformed 1, --locked 0.005, --deactivated 0.005 are 1.09 together and must be 1 or less: lower the others, for instance --mismatches 0 --unknown 0 --locked 0 --deactivated 0; see --help.',
    ],
  ])('are refused with a sentence: %j', (args, sentence) => {
    expect(() => readPeopleOptions(args)).toThrow(sentence);
  });

  it('let shares fill the list to the last row', () => {
    const args = ['--count', '5', '--mismatches', '0.7', '--unknown', '0.1', '--malformed', '0.2'];
    expect(readPeopleOptions([...args, '--locked=0', '--deactivated=0'])?.shares?.mismatches).toBe(0.7);
  });
});
