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
} as const;

export interface Command {
  readonly names: readonly string[];
  readonly options: BenchOptions;
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
  return { names: positionals.length === 0 ? known : positionals, options };
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
