import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, renameSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

import type { Part, PartName } from './fleet.js';
import { LaunchError } from './launch-error.js';

export interface ChildAppOptions {
  readonly name: PartName;
  /** The script. It sends `{ready: string}` once it is ready, and ends when its parent is gone. */
  readonly script: string;
  readonly env: NodeJS.ProcessEnv;
  /** Takes all that it prints. The file of the run before stays as `<logFile>.1`. */
  readonly logFile: string;
}

/** Longer than an app needs to finish the calls in its hands. */
const STOP_TIMEOUT_MS = 25_000;
const SHOWN_LOG_LINES = 15;

/** An app that runs as a process of its own. */
export class ChildApp implements Part {
  readonly name: PartName;
  /** What the app says when it is ready: its URL or name. Rejects if it ends before. */
  readonly ready: Promise<string>;
  /** Settles when the process has ended without having been told to. */
  readonly lost: Promise<Error>;
  private readonly exit: Promise<unknown>;
  private isToldToStop = false;

  private constructor(
    private readonly child: ChildProcess,
    { name, logFile }: ChildAppOptions,
  ) {
    this.name = name;
    this.exit = once(child, 'exit');
    this.lost = this.exit.then(async () =>
      this.isToldToStop ? new Promise<Error>(() => undefined) : describeEnd(child, name, logFile),
    );
    this.ready = Promise.race([
      readyMessage(child),
      this.lost.then((error) => {
        throw error;
      }),
    ]);
    // Also if nobody waits for it any more.
    this.ready.catch(() => undefined);
  }

  static async start(options: ChildAppOptions): Promise<ChildApp> {
    if (existsSync(options.logFile)) renameSync(options.logFile, `${options.logFile}.1`);
    const log = openSync(options.logFile, 'w', 0o600);
    try {
      const child = fork(options.script, {
        env: options.env,
        execArgv: ['--enable-source-maps'],
        stdio: ['ignore', log, log, 'ipc'],
        // A process group of its own: Ctrl-C reaches the launcher alone, which stops the apps in order.
        detached: true,
      });
      await once(child, 'spawn');
      return new ChildApp(child, options);
    } finally {
      closeSync(log);
    }
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`${this.name} has not been started`);
    return this.child.pid;
  }

  /** Lets the app finish what it has in hand, up to a limit, and waits for its end. */
  async stop(): Promise<void> {
    this.isToldToStop = true;
    this.child.kill('SIGTERM');
    const timer = new AbortController();
    const late = delay(STOP_TIMEOUT_MS, undefined, { signal: timer.signal }).then(() => this.kill());
    await this.exit;
    timer.abort();
    await late.catch(() => undefined);
  }

  /** Ends the process, and those that it has started, at once. */
  kill(): void {
    this.isToldToStop = true;
    if (this.child.exitCode === null && this.child.signalCode === null) process.kill(-this.pid, 'SIGKILL');
  }
}

async function readyMessage(child: ChildProcess): Promise<string> {
  for (;;) {
    const [message] = (await once(child, 'message')) as [unknown];
    if (typeof message === 'object' && message !== null && 'ready' in message) return String(message.ready);
  }
}

async function describeEnd(child: ChildProcess, name: string, logFile: string): Promise<Error> {
  const how = child.signalCode === null ? `code ${child.exitCode}` : child.signalCode;
  const lines = (await readFile(logFile, 'utf8')).trimEnd().split('\n').slice(-SHOWN_LOG_LINES);
  return new LaunchError(`The ${name} has ended with ${how}. The end of ${logFile}:\n${lines.join('\n')}`);
}
