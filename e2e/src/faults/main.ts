import {
  BENCH_NAMES,
  conditionsNow,
  conditionsText,
  FAULT_COLUMNS,
  type FaultLine,
  faultsText,
  ResultsFolder,
  textTable,
} from '@mts/bench/results';

import type { Fault } from './fault.js';
import { faultHelp, type FaultCommand, readFaultCommand } from './fault-command.js';
import { lineOf, lineOfFailure, lineOfNone } from './fault-results.js';
import { FaultSystem } from './fault-system.js';
import { FAULTS } from './registry.js';
import { tellNowAndThen } from './tell-now-and-then.js';

const WRONG_USE = 2;
/** As a shell reports a command that Ctrl-C ended: 128 + SIGINT. */
const INTERRUPTED = 130;

/** `npm run test:faults`: the faults one after another. Its last line counts them. */
async function main(command: FaultCommand): Promise<number> {
  const { faults, scale, out } = command;
  const folder = scale === 'full' || out !== undefined ? new ResultsFolder(BENCH_NAMES, out) : undefined;
  const lines: FaultLine[] = [];
  for (const [index, fault] of faults.entries()) {
    say(`${fault.name} (${String(index + 1)} of ${String(faults.length)}): ${fault.title[scale]}`);
    const line = await run(fault, command);
    say(`  ${[line.outcome, ...line.remarks].join('; ')} (${String(line.tookSeconds)} s)`);
    lines.push(line);
    // After each: whoever is interrupted keeps what there is.
    await folder?.keepFaults([line], FAULTS.map(lineOfNone));
    await folder?.writePages();
  }
  say(`\n${textTable(FAULT_COLUMNS, lines)}\n`);
  for (const text of new Set(lines.flatMap(({ conditions }) => conditions?.machine ?? []))) say(text);
  say(folder === undefined ? 'Nothing is written of short forms.' : `Written to ${folder.path}.`);
  say(faultsText(lines));
  return lines.every(({ outcome }) => outcome !== 'failed') ? 0 : 1;
}

async function run(fault: Fault, { scale }: FaultCommand): Promise<FaultLine> {
  const conditions = await conditionsNow(`npm run test:faults${scale === 'short' ? ' -- --short' : ''}`);
  say(`  ${conditionsText(conditions)}`);
  const startedAtMs = performance.now();
  const stopTelling = tellNowAndThen(async () => FaultSystem.progress(), say);
  try {
    const report = await fault.run(scale);
    return lineOf({ fault, scale, conditions, tookSeconds: secondsSince(startedAtMs) }, report);
  } catch (error) {
    // With the last lines of each process.
    say(error instanceof Error ? error.message : String(error));
    return lineOfFailure({ fault, scale, conditions, tookSeconds: secondsSince(startedAtMs) }, error);
  } finally {
    stopTelling();
  }
}

function secondsSince(startedAtMs: number): number {
  return Math.round((performance.now() - startedAtMs) / 1000);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function commandOf(args: readonly string[]): FaultCommand | string {
  try {
    return readFaultCommand(args, FAULTS);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    say('\nInterrupted; ending what runs.');
    void FaultSystem.stopAll().finally(() => process.exit(INTERRUPTED));
  });
}
const command = commandOf(process.argv.slice(2));
if (typeof command === 'string') {
  process.stderr.write(`${command}\n`);
  process.exitCode = WRONG_USE;
} else if (command.isForHelp) {
  say(faultHelp(FAULTS));
} else {
  process.exitCode = await main(command);
}
