import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { BENCHES } from './benches.js';
import { runBench } from './frame/bench-process.js';
import { readCommand } from './frame/command.js';
import type { Measurement } from './frame/measurement.js';
import { progress } from './frame/progress.js';
import { writePart, writeResults } from './frame/results.js';
import { table } from './frame/table.js';

const ONE_BENCH = new URL('./frame/one-bench.js', import.meta.url);

/** Beside the other throw-away files of this checkout: a million people take a gigabyte, too much for some /tmp. */
const SCRATCH = '.mts/bench';

/** As a shell has it for what was ended by SIGINT. */
const INTERRUPTED = 130;

async function main(): Promise<void> {
  const known = Object.keys(BENCHES);
  const { names, options } = readCommand(process.argv.slice(2), known);
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // Once: who asks a second time does not want to wait for an end in good order.
    process.once(signal, () => {
      progress('ending what was started');
      interrupt.abort();
    });
  }
  const all: Measurement[] = [];
  for (const [index, name] of names.entries()) {
    progress(`${name} (${String(index + 1)} of ${String(names.length)}, ${options.scale})`);
    const args = (directory: string): string[] => [name, directory, JSON.stringify(options)];
    const end = await inScratch(name, async (directory) =>
      runBench(name, ONE_BENCH, args(directory), interrupt.signal),
    );
    if (end === 'interrupted') {
      process.exitCode = INTERRUPTED;
      return;
    }
    await writePart(name, options, end);
    await writeResults(known);
    process.stdout.write(`\n${table(end)}\n\n`);
    all.push(...end);
  }
  if (names.length > 1) process.stdout.write(`${table(all)}\n\n`);
  process.stdout.write('Written to bench/results.md and bench/results.json.\n');
  if (all.some(({ ok }) => !ok)) process.exitCode = 1;
}

async function inScratch<T>(name: string, work: (directory: string) => Promise<T>): Promise<T> {
  await mkdir(SCRATCH, { recursive: true });
  const directory = await mkdtemp(join(SCRATCH, `${name}-`));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
