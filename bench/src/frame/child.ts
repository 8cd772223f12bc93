import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { atEnd } from './at-end.js';
import { processUsage, type ProcessUsage } from './process-usage.js';

/** A process under measurement: a module that reports once, by `process.send`, and then stays until it is let go. */
export class Child<Report> {
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;

  private constructor(
    child: ChildProcess,
    exited: Promise<unknown>,
    readonly report: Report,
  ) {
    this.#process = child;
    this.#exited = exited;
    atEnd(async () => this.stop());
  }

  /** @throws if the process ends without a report */
  static async start<Report>(
    module: URL,
    args: readonly string[],
    nodeOptions: readonly string[] = [],
  ): Promise<Child<Report>> {
    const child = fork(fileURLToPath(module), args, { execArgv: [...nodeOptions] });
    const exited = once(child, 'exit');
    const early = exited.then(([code]) => {
      throw new Error(`${module.pathname} ended with ${String(code)} before it reported`);
    });
    const [value] = (await Promise.race([once(child, 'message'), early])) as [Report];
    early.catch(() => undefined);
    return new Child(child, exited, value);
  }

  /** Gives it a task, see {@link onTask}: one at a time. @throws if it ends meanwhile */
  async perform<Result>(task: object): Promise<Result> {
    const ended = this.#exited.then(() => {
      throw new Error('a process under measurement ended before its task was done');
    });
    this.#process.send(task);
    const [result] = (await Promise.race([once(this.#process, 'message'), ended])) as [Result];
    return result;
  }

  async usage(): Promise<ProcessUsage> {
    return processUsage(this.#process.pid ?? 0);
  }

  /** May be called again. */
  async stop(): Promise<void> {
    if (this.#process.connected) this.#process.disconnect();
    await this.#exited;
  }
}

/** In the process itself. Once its parent lets it go or is gone, it closes what keeps it alive. */
export function announce(value: object, close?: () => Promise<void>): void {
  process.once('disconnect', () => void close?.());
  process.send?.(value);
}

/** In the process itself: what it does when it is given a task. One that fails ends it. */
export function onTask(perform: (task: never) => Promise<object>): void {
  process.on('message', (task) => {
    void perform(task as never).then((result) => process.send?.(result));
  });
}
