import { parseArgs } from 'node:util';

import type { PeopleOptions } from './write.js';

const USAGE = 'npm run people -- --count N [--seed S] [--out DIR] [--partner ID]';
const MOST_ROWS = 5_000_000;
const HIGHEST_SEED = 2 ** 32 - 1;

/**
 * The options of the command line; defaults: seed 1, directory `.mts/people`, the partner of the sample.
 * @throws Error whose message is one sentence for whoever typed it
 */
export function readPeopleOptions(args: readonly string[]): PeopleOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      count: { type: 'string' },
      seed: { type: 'string', default: '1' },
      out: { type: 'string', default: '.mts/people' },
      partner: { type: 'string' },
    },
  });
  return {
    count: wholeNumber('--count', values.count, 1, MOST_ROWS),
    seed: wholeNumber('--seed', values.seed, 0, HIGHEST_SEED),
    directory: values.out,
    ...(values.partner === undefined ? {} : { partnerId: values.partner }),
  };
}

function wholeNumber(name: string, text: string | undefined, lowest: number, highest: number): number {
  const number = Number(text);
  if (text !== undefined && /^\d+$/.test(text) && number >= lowest && number <= highest) return number;
  throw new Error(`${name} must be a whole number from ${lowest} to ${highest}; usage: ${USAGE}`);
}
