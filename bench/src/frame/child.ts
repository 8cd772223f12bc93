import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { processUsage, type ProcessUsage } from './process-usage.js';

/** A process under measurement: a module that reports once, by `process.send`, and then stays until it is let go. */
export class Child<Report> {
  readonly #process: ChildProcess;

  private constructor(
    child: ChildProcess,
    readonly report: Report,
  ) {
    this.#process = child;
  }

  /** @throws if the process ends without a report */
  static async start<Report>(
    module: URL,
    args: readonly string[],
    nodeOptions: readonly string[] = [],
  ): Promise<Child<Report>> {
    const child = fork(fileURLToPath(module), args, { execArgv: [...nodeOptions] });
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`${module.pathname} ended with ${String(code)} before it reported`);
    });
    const [value] = (await Promise.race([once(child, 'message'), ended])) as [Report];
    return new Child(child, value);
  }

  async usage(): Promise<ProcessUsage> {
    return processUsage(this.#process.pid ?? 0);
  }

  async stop(): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.disconnect();
    await exited;
  }
}

/** In the process itself. Once its parent lets it go or is gone, it closes what keeps it alive. */
export function announce(value: object, close?: () => Promise<void>): void {
  process.once('disconnect', () => void close?.());
  process.send?.(value);
}
