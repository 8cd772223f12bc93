import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import type { Part, PartName } from './fleet.js';
import { LaunchError } from './launch-error.js';
import type { LogFile } from './log-file.js';

export interface ChildAppOptions {
  readonly name: PartName;
  /**
   * The script. It sends `{ready: string}` once it is ready, or `{failed: string}`, a sentence for the operator, before it
   * ends because it cannot start; and ends when its parent is gone.
   */
  readonly script: string;
  readonly env: NodeJS.ProcessEnv;
  /** Takes all that it prints. */
  readonly log: LogFile;
}

/** Longer than an app needs to finish the calls in its hands. */
export const STOP_TIMEOUT_MS = 25_000;
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
  /** In its own words. */
  private failure: string | undefined;

  private constructor(
    private readonly child: ChildProcess,
    private readonly log: LogFile,
    /** Where in its log this life began. */
    private readonly logStart: number,
    { name }: ChildAppOptions,
  ) {
    this.name = name;
    this.exit = once(child, 'exit');
    child.on('message', (message) => (this.failure = wordOf(message, 'failed') ?? this.failure));
    this.lost = this.exit.then(async () =>
      this.isToldToStop ? new Promise<Error>(() => undefined) : this.describeEnd(),
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
    const logStart = options.log.sizeBytes;
    const log = options.log.open();
    try {
      const child = fork(options.script, {
        env: options.env,
        execArgv: ['--enable-source-maps'],
        stdio: ['ignore', log, log, 'ipc'],
        // A process group of its own: Ctrl-C reaches the launcher alone, which stops the apps in order.
        detached: true,
      });
      await once(child, 'spawn');
      return new ChildApp(child, options.log, logStart, options);
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

  private async describeEnd(): Promise<Error> {
    // Its last word may come after the news of its end.
    if (this.child.connected) await once(this.child, 'disconnect');
    if (this.failure !== undefined) {
      return new LaunchError(`The ${this.name} does not start: ${this.failure}\nIts log: ${this.log.path}`);
    }
    const { exitCode, signalCode } = this.child;
    const how = signalCode === null ? `code ${exitCode}` : signalCode;
    const lines = this.log.lastLines(SHOWN_LOG_LINES, this.logStart);
    return new LaunchError(
      `The ${this.name} has ended with ${how}. The end of ${this.log.path}:\n${lines.join('\n')}`,
    );
  }
}

async function readyMessage(child: ChildProcess): Promise<string> {
  for (;;) {
    const [message] = (await once(child, 'message')) as [unknown];
    const ready = wordOf(message, 'ready');
    if (ready !== undefined) return ready;
  }
}

function wordOf(message: unknown, name: 'ready' | 'failed'): string | undefined {
  const words = typeof message === 'object' && message !== null ? (message as Record<string, unknown>) : {};
  const word = words[name];
  return typeof word === 'string' ? word : undefined;
}
