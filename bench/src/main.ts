import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';

import { BENCH_NAMES } from './benches.js';
import { type BenchEnd, runBench } from './frame/bench-process.js';
import { benchHelp, type Command, readCommand } from './frame/command.js';
import { watchOtherWork } from './frame/other-work.js';
import { progress } from './frame/progress.js';
import { conditionsNow } from './results/conditions.js';
import { FIGURE_COLUMNS, targetsText } from './results/figures.js';
import { jsonRows } from './results/json-rows.js';
import type { Part } from './results/part.js';
import { ResultsFolder } from './results/results-folder.js';
import { textTable } from './results/tables.js';

const ONE_BENCH = new URL('./frame/one-bench.js', import.meta.url);

/** Beside the other throw-away files of this checkout: a million people take a gigabyte, too much for some /tmp. */
const SCRATCH = '.mts/bench';

const MISSED = 1;
const WRONG_USE = 2;
/** As a shell has it for what was ended by SIGINT. */
const INTERRUPTED = 130;

async function main(command: Command): Promise<number> {
  const folder = new ResultsFolder(BENCH_NAMES, command.out);
  const interrupt = onInterrupt();
  const parts: [string, Part][] = [];
  for (const [index, name] of command.names.entries()) {
    progress(`${name} (${String(index + 1)} of ${String(command.names.length)}, ${command.options.scale})`);
    const part = await run(name, command, folder, interrupt);
    if (part === 'interrupted') return INTERRUPTED;
    await folder.writePages();
    process.stdout.write(`\n${text([[name, part]])}\n\n`);
    parts.push([name, part]);
  }
  if (parts.length === 0) await folder.writePages();
  if (parts.length > 1) process.stdout.write(`${text(parts)}\n\n`);
  if (parts.length > 0) process.stdout.write(`${targetsText(parts)}.\n`);
  process.stdout.write(`Written to ${relative('.', join(folder.path, 'results.md'))} and results.json.\n`);
  const isGood = parts.every(
    ([, { taken, failed }]) => failed === undefined && taken?.rows.every(({ ok }) => ok),
  );
  return isGood ? 0 : MISSED;
}

async function run(
  name: string,
  { options, typed }: Command,
  folder: ResultsFolder,
  interrupt: AbortSignal,
): Promise<Part | 'interrupted'> {
  const conditions = await conditionsNow(`npm run bench -- ${name}${typed}`);
  const otherWork = await watchOtherWork();
  const end = await inScratch(name, async (directory): Promise<BenchEnd> =>
    runBench(ONE_BENCH, [name, directory, JSON.stringify(options)], interrupt),
  );
  if (end === 'interrupted') return end;
  if ('failed' in end) return folder.keepFailure(name, { conditions, why: end.failed });
  const { scale } = options;
  return folder.keepFigures(name, { conditions, scale, otherWork: await otherWork(), rows: end.rows });
}

function text(parts: readonly (readonly [name: string, part: Part])[]): string {
  const rows = parts.flatMap(([name, part]) => jsonRows(name, part));
  const failures = parts.flatMap(([name, { failed }]) =>
    failed === undefined ? [] : [`${name} did not run: ${failed.why}`],
  );
  return [...(rows.length > 0 ? [textTable(FIGURE_COLUMNS, rows)] : []), ...failures].join('\n');
}

/** Once: who asks a second time does not want to wait for an end in good order. */
function onInterrupt(): AbortSignal {
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      progress('ending what was started');
      interrupt.abort();
    });
  }
  return interrupt.signal;
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

function commandOf(args: readonly string[]): Command | string {
  try {
    return readCommand(args, BENCH_NAMES);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const command = commandOf(process.argv.slice(2));
if (typeof command === 'string') {
  process.stderr.write(`${command}\n`);
  process.exitCode = WRONG_USE;
} else if (command.isForHelp) {
  process.stdout.write(`${benchHelp(BENCH_NAMES)}\n`);
} else {
  process.exitCode = await main(command);
}
