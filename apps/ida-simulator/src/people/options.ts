import { parseArgs } from 'node:util';

import { faultOf, mapShares, SHARE_OPTIONS, type Shares } from './shares.js';
import type { PeopleOptions } from './write.js';

const MOST_ROWS = 5_000_000;
const HIGHEST_SEED = 2 ** 32 - 1;
const DEFAULTS = { seed: '1', out: '.mts/people' } as const;

const shareLines = Object.values(SHARE_OPTIONS).map(({ flag, meaning, default: share }) =>
  optionLine(`--${flag} <share>`, `${meaning} (${share})`),
);

export const USAGE = `Usage: npm run people -- --count <number> [options]

Writes a list of synthetic people (people.csv), what the simulator must know of them (population.ndjson), and what
must come of each row (expected.csv). The same options always give the same files.

${[
  optionLine('--count <number>', `rows of the list, 1 to ${MOST_ROWS}`),
  optionLine('--seed <number>', `0 to ${HIGHEST_SEED}; another seed gives other people (${DEFAULTS.seed})`),
  optionLine('--out <folder>', `where to write; files of these names are replaced (${DEFAULTS.out})`),
  optionLine('--partner <id>', 'whom the tokens are for (the partner that the simulator registers)'),
].join('\n')}

Shares of the list, 0 to 1; what remains are rows that match:

${shareLines.join('\n')}

A one-time VID is used up by the first request, so a list that holds some can be handed in once.
`;

function optionLine(option: string, meaning: string): string {
  return `  ${option.padEnd(24)} ${meaning}`;
}

/** Its message says to whoever typed the command line what is wrong with it. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse';
}

/**
 * The options of the command line.
 * @returns undefined if help is asked for
 * @throws WrongUse
 */
export function readPeopleOptions(args: readonly string[]): PeopleOptions | undefined {
  const values = parsed(args);
  if (values.help === true) return undefined;
  if (values.count === undefined) throw new WrongUse(`--count is missing.\n\n${USAGE}`);
  return {
    count: wholeNumber('--count', values.count, 1, MOST_ROWS),
    seed: wholeNumber('--seed', values.seed, 0, HIGHEST_SEED),
    directory: values.out,
    shares: readShares(values),
    ...(values.partner === undefined ? {} : { partnerId: values.partner }),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: negativeNumbersAsValues(args),
      options: {
        help: { type: 'boolean', short: 'h' },
        count: { type: 'string' },
        seed: { type: 'string', default: DEFAULTS.seed },
        out: { type: 'string', default: DEFAULTS.out },
        partner: { type: 'string' },
        ...Object.fromEntries(
          Object.values(SHARE_OPTIONS).map(({ flag }) => [flag, { type: 'string' as const }]),
        ),
      },
    }).values;
  } catch (error) {
    // The first sentence of Node.js says what is wrong; those behind it speak of positionals and of `=-XYZ`.
    const [sentence = ''] = error instanceof Error ? error.message.split(/\. |\.?\n|\.$/) : [];
    throw new WrongUse(`${sentence.replace('argument is ambiguous', 'argument missing')}; see --help.`, {
      cause: error,
    });
  }
}

/** `parseArgs` takes `-1` for an option, and would not let us say what the number must be. */
function negativeNumbersAsValues(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const option = joined.at(-1);
    if (/^-[\d.]/.test(arg) && option?.startsWith('--')) joined[joined.length - 1] = `${option}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

function readShares(values: Readonly<Record<string, unknown>>): Shares {
  const shares = mapShares((_name, option) => {
    const text = values[option.flag];
    if (text === undefined) return option.default;
    return typeof text === 'string' && /^\d*\.?\d+$/.test(text) ? Number(text) : NaN;
  });
  const fault = faultOf(shares);
  if (fault !== undefined) throw new WrongUse(`${fault}; see --help.`);
  return shares;
}

function wholeNumber(name: string, text: string, lowest: number, highest: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= lowest && number <= highest) return number;
  throw new WrongUse(`${name} must be a whole number from ${lowest} to ${highest}; see --help.`);
}
