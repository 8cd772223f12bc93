import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

import type { Tally } from './tally.js';

export interface Finished {
  readonly code: number | null;
  /** What the command printed, stdout and stderr as they came. */
  readonly output: string;
}

/** Runs a command of `node_modules/.bin` and keeps what it prints. */
export async function run([command = '', ...argv]: readonly string[]): Promise<Finished> {
  const child = spawn(command, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  return { code: await end(child), output };
}

/** Waits for a child. If we are told to stop meanwhile, it ends first, and removes what it has made; then we do. */
export async function end(child: ChildProcess): Promise<number | null> {
  let isToldToStop = false;
  const tell = (signal: NodeJS.Signals): void => {
    isToldToStop = true;
    // Ctrl-C reaches the child by itself: a terminal signals the whole process group.
    if (signal !== 'SIGINT') child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, tell);
  const [code] = (await once(child, 'close')) as [number | null];
  for (const signal of signals) process.off(signal, tell);
  if (isToldToStop) process.exit(130);
  return code;
}

/** A step's result, as a line of its own; with all that it printed if something failed. */
export async function step(
  title: string,
  command: readonly string[],
  read: (finished: Finished) => Promise<Tally>,
): Promise<Tally> {
  const startedAt = Date.now();
  process.stdout.write(`${title} ... `);
  const finished = await run(command);
  const tally = await read(finished);
  const count = tally.failed > 0 ? `${tally.failed} FAILED` : `${tally.passed} passed`;
  process.stdout.write(`${count} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)\n`);
  if (tally.failed > 0) process.stdout.write(`${finished.output}\n`);
  return tally;
}
