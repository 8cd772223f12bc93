import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { measured, type Measurement } from './measurement.js';

/** Nobody waits for a bench that was interrupted to count for anything. */
export type BenchEnd = readonly Measurement[] | 'interrupted';

/**
 * Runs a bench in a process of its own, so that one that fails takes no other with it, and waits until it and all that it
 * has started have ended.
 *
 * @param interrupt ends it early
 * @returns one missed target if it failed
 */
export async function runBench(
  name: string,
  module: URL,
  args: readonly string[],
  interrupt: AbortSignal,
): Promise<BenchEnd> {
  if (interrupt.aborted) return 'interrupted';
  const child = fork(fileURLToPath(module), args);
  let rows: readonly Measurement[] | undefined;
  child.once('message', (message) => {
    rows = message as readonly Measurement[];
  });
  const stop = (): void => void child.kill('SIGTERM');
  interrupt.addEventListener('abort', stop);
  // What it has reported may come after its end; it does not come after that of the channel.
  await Promise.all([once(child, 'exit'), once(child, 'disconnect')]);
  interrupt.removeEventListener('abort', stop);
  return interrupt.aborted ? 'interrupted' : (rows ?? [failed(name)]);
}

function failed(name: string): Measurement {
  return measured({ name: `${name}: completed`, value: 0, unit: 'runs', target: { atLeast: 1 } });
}
