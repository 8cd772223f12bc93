import { fileURLToPath } from 'node:url';

import { type AppExit, builtApp, type RunningApp, spawnApp } from '@mts/testing';

/** On a machine where all else starts at the same time. */
const READY_TIMEOUT_MS = 90_000;
/** Where Node.js keeps what it has compiled: the faults start some two hundred processes, each a third quicker by it. */
const COMPILE_CACHE = fileURLToPath(new URL('../../../node_modules/.cache/node-compile', import.meta.url));

/** A built app as a process of its own, which a fault may end or freeze. */
export class FaultProcess {
  private exit: AppExit | undefined;
  private isToEnd = false;

  private constructor(
    /** As in `seeder`. */
    readonly app: string,
    private readonly running: RunningApp,
  ) {
    void running.exited.then((exit) => (this.exit = exit));
  }

  /** Resolves when the app says that it is ready. */
  static async start(app: string, env: Readonly<Record<string, string>>): Promise<FaultProcess> {
    return new FaultProcess(
      app,
      await spawnApp(builtApp(app), {
        env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...env },
        readyTimeoutMs: READY_TIMEOUT_MS,
      }),
    );
  }

  /** What it said when it was ready: its URL or its name. */
  get ready(): string {
    return this.running.ready;
  }

  get isRunning(): boolean {
    return this.exit === undefined;
  }

  /** How it ended without being asked to; undefined while it runs, and when a fault or the end of the run has ended it. */
  get endedByItself(): AppExit | undefined {
    return this.isToEnd ? undefined : this.exit;
  }

  get pid(): number {
    const { pid } = this.running.process;
    if (pid === undefined) throw new Error(`${this.app} has no process`);
    return pid;
  }

  /** As a crash of the machine or the kernel's out-of-memory killer would. */
  async kill(): Promise<void> {
    this.isToEnd ||= this.isRunning;
    await this.running.stop('SIGKILL');
  }

  /** It does nothing until {@link thaw}, like on a machine that is suspended. */
  freeze(): void {
    this.running.process.kill('SIGSTOP');
  }

  thaw(): void {
    this.running.process.kill('SIGCONT');
  }

  /** In good order, by SIGTERM. */
  async stop(): Promise<AppExit> {
    this.isToEnd ||= this.isRunning;
    return this.running.stop();
  }

  /** All that it has printed. */
  output(): string {
    return this.running.output();
  }
}
