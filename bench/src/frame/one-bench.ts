import { BENCHES } from '../benches.js';
import { reasonOf } from '../results/reason.js';
import { closeAll } from './at-end.js';
import type { BenchOptions } from './bench.js';
import type { BenchMessage } from './bench-process.js';

/** The process of one bench: its name, its folder and its options in, its figures out. */
const [name = '', directory = '', options = '{}'] = process.argv.slice(2);

/** As a shell has it for what was ended by SIGINT. */
const INTERRUPTED = 130;

let ending = false;

/** Ends what the bench has started, and then itself. */
async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  const faults = await closeAll();
  for (const fault of faults) tell(fault);
  process.exit(faults.length === 0 ? code : 1);
}

function tell(error: unknown): void {
  process.stderr.write(
    `${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
}

function fail(error: unknown): void {
  // What is being ended fails all over.
  if (ending) return;
  tell(error);
  report({ failed: reasonOf(error) }, 1);
}

/** Whoever started this process may be gone by now; then nobody is there to be told. */
function report(message: BenchMessage, code: number): void {
  if (process.connected) process.send?.(message, () => void end(code));
  else void end(code);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end(INTERRUPTED));
process.once('disconnect', () => void end(INTERRUPTED));
process.on('uncaughtException', fail);

try {
  const bench = await BENCHES[name]?.();
  const rows = await bench?.(JSON.parse(options) as BenchOptions, directory);
  report({ rows: rows ?? [] }, 0);
} catch (error) {
  fail(error);
}
