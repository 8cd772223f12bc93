import { parseArgs } from 'node:util';

import type { Fault, FaultScale } from './fault.js';

const OPTIONS = {
  help: { type: 'boolean', short: 'h', default: false },
  short: { type: 'boolean', default: false },
  out: { type: 'string' },
} as const;

export interface FaultCommand {
  readonly faults: readonly Fault[];
  readonly scale: FaultScale;
  /** Where the results go; undefined: where they are committed. */
  readonly out: string | undefined;
  readonly isForHelp: boolean;
}

/** @param all every fault there is, which are meant if none is named @throws with a sentence for whoever typed it */
export function readFaultCommand(args: readonly string[], all: readonly Fault[]): FaultCommand {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  const unknown = positionals.filter((name) => !all.some((fault) => fault.name === name));
  if (unknown.length > 0)
    throw new Error(
      `There is no fault ${unknown.join(', ')}; there are ${all.map(({ name }) => name).join(', ')}.`,
    );
  return {
    faults: positionals.length === 0 ? all : all.filter(({ name }) => positionals.includes(name)),
    scale: values.short ? 'short' : 'full',
    out: values.out,
    isForHelp: values.help,
  };
}

/** @param all every fault there is */
export function faultHelp(all: readonly Fault[]): string {
  const width = Math.max(...all.map(({ name }) => name.length));
  const lines = all.map(({ name, title, fullMinutes }) => {
    return `  ${name.padEnd(width)}  ${String(fullMinutes).padStart(2)} min  ${title.full}`;
  });
  const minutes = all.reduce((sum, { fullMinutes }) => sum + fullMinutes, 0);
  return `Usage: npm run test:faults -- [<name> ...] [--short] [--out <folder>]

Makes every fault that the system must survive, or only the named ones, one after another, and counts who was lost,
doubled or asked about twice. Prints a table; the last line counts. Exits with 0 if all were survived, with 1 if not.

  --short         as small as in \`npm test\`: each within two minutes. The tightest limits of time are not asked for,
                  and nothing is written, unless --out says where
  --out <folder>  where results.md, results.json and results/ are written; default: bench, whose files are committed

All of them take about ${String(minutes)} minutes:

${lines.join('\n')}`;
}
