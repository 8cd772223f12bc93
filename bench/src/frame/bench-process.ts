import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import type { Measurement } from './measurement.js';

/** What the process of a bench sends when it is done. */
export type BenchMessage = { readonly rows: readonly Measurement[] } | { readonly failed: string };

/** Nobody waits for a bench that was interrupted to count for anything. */
export type BenchEnd = BenchMessage | 'interrupted';

/**
 * Runs a bench in a process of its own, so that one that fails takes no other with it, and waits until it and all that it
 * has started have ended.
 *
 * @param interrupt ends it early
 * @returns its figures, or a sentence that says why there are none
 */
export async function runBench(
  module: URL,
  args: readonly string[],
  interrupt: AbortSignal,
): Promise<BenchEnd> {
  if (interrupt.aborted) return 'interrupted';
  const child = fork(fileURLToPath(module), args);
  let said: BenchMessage | undefined;
  child.once('message', (message) => {
    said = message as BenchMessage;
  });
  const stop = (): void => void child.kill('SIGTERM');
  interrupt.addEventListener('abort', stop);
  // What it has reported may come after its end; it does not come after that of the channel.
  await Promise.all([once(child, 'exit'), once(child, 'disconnect')]);
  interrupt.removeEventListener('abort', stop);
  if (interrupt.aborted) return 'interrupted';
  return (
    said ?? { failed: `Its process ended with ${child.signalCode ?? `code ${String(child.exitCode)}`}.` }
  );
}
