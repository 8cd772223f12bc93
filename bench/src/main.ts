import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import type { Bench, BenchOptions, Scale } from './frame/bench.js';
import { writeResults } from './frame/results.js';
import { table } from './frame/table.js';
import { benchIdaSimulator } from './ida-simulator/bench.js';
import { benchSyncLatency } from './sync-latency/bench.js';

const BENCHES: Readonly<Record<string, Bench>> = {
  'ida-simulator': benchIdaSimulator,
  'sync-latency': benchSyncLatency,
};

/** Beside the other throw-away files of this checkout: a million people take a gigabyte, too much for some /tmp. */
const SCRATCH = '.mts/bench';

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      people: { type: 'string', default: '1000000' },
      requests: { type: 'string', default: '8000' },
      quick: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
    },
  });
  const options = {
    scale: scaleOf(values),
    people: count('--people', values.people),
    requests: count('--requests', values.requests),
  };
  const names = positionals.length === 0 ? Object.keys(BENCHES) : positionals;
  const unknown = names.find((name) => BENCHES[name] === undefined);
  if (unknown !== undefined) {
    throw new Error(`There is no bench ${unknown}; known are ${Object.keys(BENCHES).join(', ')}.`);
  }
  for (const name of names) await run(name, options);
}

async function run(name: string, options: BenchOptions): Promise<void> {
  await mkdir(SCRATCH, { recursive: true });
  const directory = await mkdtemp(join(SCRATCH, `${name}-`));
  try {
    const rows = (await BENCHES[name]?.(options, directory)) ?? [];
    const path = await writeResults(name, options, rows);
    process.stdout.write(`${table(rows)}\n\nWritten to ${path}.\n`);
    if (rows.some(({ ok }) => !ok)) process.exitCode = 1;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function scaleOf({ quick, full }: { readonly quick: boolean; readonly full: boolean }): Scale {
  if (quick && full) throw new Error('--quick and --full exclude each other.');
  if (quick) return 'quick';
  return full ? 'full' : 'usual';
}

function count(name: string, text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new Error(`${name} must be a whole number from 1 to 9999999.`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
