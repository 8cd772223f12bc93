import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { Fault } from './fault.js';
import { type FaultLine, hasPassed, lineOf, lineOfFailure, verdict, writeLines } from './fault-results.js';
import { FaultSystem } from './fault-system.js';
import { faultTable } from './fault-table.js';
import { FAULTS } from './registry.js';

/** Makes the page of all results anew. */
const WRITE_RESULTS = fileURLToPath(new URL('../../../bench/dist/write-results.js', import.meta.url));
/** As a shell reports a command that Ctrl-C ended: 128 + SIGINT. */
const INTERRUPTED = 130;

/** `npm run test:faults`: the faults at their full size, one after another. Its last line counts them. */
async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !FAULTS.some((fault) => fault.name === name));
  if (unknown.length > 0) {
    const known = FAULTS.map(({ name }) => name).join(', ');
    process.stdout.write(`There is no fault ${unknown.join(', ')}; there are ${known}.\n`);
    process.stdout.write(`0 passed, ${String(unknown.length)} failed\n`);
    return 1;
  }
  const lines: FaultLine[] = [];
  for (const fault of FAULTS) {
    if (names.length > 0 && !names.includes(fault.name)) continue;
    process.stdout.write(`${fault.name}: ${fault.title.full} ... `);
    const startedAtMs = performance.now();
    const line = await runOne(fault);
    const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(0);
    process.stdout.write(`${seconds} s\n  ${verdict(line)}\n`);
    lines.push(line);
    // After each: whoever is interrupted keeps what there is.
    await writeLines([line], FAULTS);
  }
  process.stdout.write(`\n${faultTable(lines)}\n\n`);
  if (existsSync(WRITE_RESULTS)) spawnSync(process.execPath, [WRITE_RESULTS], { stdio: 'inherit' });
  const run = lines.filter(({ skipped }) => skipped === undefined);
  const passed = run.filter(hasPassed).length;
  process.stdout.write(`${String(passed)} passed, ${String(run.length - passed)} failed\n`);
  return passed === run.length ? 0 : 1;
}

async function runOne(fault: Fault): Promise<FaultLine> {
  try {
    return lineOf(fault, await fault.run('full'));
  } catch (error) {
    return lineOfFailure(fault, error);
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    process.stdout.write('\nInterrupted; ending what runs.\n');
    void FaultSystem.stopAll().finally(() => process.exit(INTERRUPTED));
  });
}
process.exitCode = await main(process.argv.slice(2));
