import { parseArgs } from 'node:util';

import type { BenchOptions, Scale } from './bench.js';

/** What the IDA simulator of each scale knows, and is sent. */
const SIZES: Readonly<Record<Scale, Pick<BenchOptions, 'people' | 'requests'>>> = {
  quick: { people: 20_000, requests: 2_000 },
  usual: { people: 200_000, requests: 8_000 },
  full: { people: 1_000_000, requests: 8_000 },
};

const OPTIONS = {
  people: { type: 'string' },
  requests: { type: 'string' },
  quick: { type: 'boolean', default: false },
  full: { type: 'boolean', default: false },
  out: { type: 'string' },
  report: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export interface Command {
  /** None if only the pages are to be written. */
  readonly names: readonly string[];
  readonly options: BenchOptions;
  /** Where the results go; undefined: where they are committed. */
  readonly out: string | undefined;
  /** The options that change what is measured, as they were typed. */
  readonly typed: string;
  readonly isForHelp: boolean;
}

/** @param known every bench there is, which are meant if none is named @throws with a sentence for whoever typed it */
export function readCommand(args: readonly string[], known: readonly string[]): Command {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`There is no bench ${unknown}; known are ${known.join(', ')}.`);
  const scale = scaleOf(values);
  const { people, requests } = SIZES[scale];
  const options = {
    scale,
    people: count('--people', values.people) ?? people,
    requests: count('--requests', values.requests) ?? requests,
  };
  const meant = positionals.length === 0 ? known : positionals;
  return {
    names: values.report ? [] : meant,
    options,
    out: values.out,
    typed: typedOf(values, scale),
    isForHelp: values.help,
  };
}

/** @param known every bench there is */
export function benchHelp(known: readonly string[]): string {
  return `Usage: npm run bench -- [<name> ...] [--quick | --full] [--out <folder>]

Measures, prints a table and writes results.md, results.json and results/. Exits with 1 if a target is missed or a bench
does not run. bench/README.md says what each name measures: ${known.join(', ')}.

  --quick               small lists: all of it within five minutes
  --full                lists of a million rows: hours
  --out <folder>        where the results go; default: bench, whose files are committed, with the README's comparison
  --report              measures nothing: writes the pages anew, after an edit of bench/notes.md
  --people <number>     whom the IDA simulator knows: 200000 by default, 20000 or 1000000 with the options above
  --requests <number>   that it is sent: 8000 by default, 2000 with --quick`;
}

function scaleOf({ quick, full }: { readonly quick: boolean; readonly full: boolean }): Scale {
  if (quick && full) throw new Error('--quick and --full exclude each other.');
  if (quick) return 'quick';
  return full ? 'full' : 'usual';
}

function count(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new Error(`${name} must be a whole number from 1 to 9999999.`);
}

function typedOf(
  { people, requests }: { readonly people?: string | undefined; readonly requests?: string | undefined },
  scale: Scale,
): string {
  return [
    ...(scale === 'usual' ? [] : [` --${scale}`]),
    ...(people === undefined ? [] : [` --people ${people}`]),
    ...(requests === undefined ? [] : [` --requests ${requests}`]),
  ].join('');
}
