import { BENCHES } from '../benches.js';
import { closeAll } from './at-end.js';
import type { BenchOptions } from './bench.js';

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
  void end(1);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end(INTERRUPTED));
process.once('disconnect', () => void end(INTERRUPTED));
process.on('uncaughtException', fail);

try {
  const bench = await BENCHES[name]?.();
  const rows = await bench?.(JSON.parse(options) as BenchOptions, directory);
  process.send?.(rows ?? [], () => void end(0));
} catch (error) {
  fail(error);
}
