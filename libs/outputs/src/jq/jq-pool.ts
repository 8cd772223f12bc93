import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import type { JqJob } from './jq-job.js';
import { type JqOutcome, JqThread } from './jq-thread.js';
import type { WasmModule } from './web-assembly.js';

const WASM_FILE = createRequire(import.meta.url).resolve('jq-wasm/jq.wasm');

export interface JqPoolOptions {
  /** Programs that run at the same time; default 4. Further jobs wait their turn, oldest first. */
  readonly threadsMax?: number;
  /** How long one job may take of a processor; default 900 ms, so that a program that never ends is ended within a second. */
  readonly timeLimitMs?: number;
  /** A thread without work ends after so long; default 10 s. */
  readonly idleLimitMs?: number;
}

/** A thread whose jq has grown beyond this is not kept. */
const KEPT_MEMORY_SIZE_BYTES_MAX = 48 * 1024 * 1024;

/** The threads in which callers' programs run. None is started before the first job. */
export class JqPool {
  private readonly threadsMax: number;
  private readonly timeLimitMs: number;
  private readonly idleLimitMs: number;
  private readonly all = new Set<JqThread>();
  /** The one that was used last stands last, and is used first, so that the others can end. */
  private readonly idle: { readonly thread: JqThread; readonly ending: NodeJS.Timeout }[] = [];
  private readonly waiting: (() => void)[] = [];
  private busy = 0;
  private started = 0;
  private module: Promise<WasmModule> | undefined;

  constructor({ threadsMax = 4, timeLimitMs = 900, idleLimitMs = 10_000 }: JqPoolOptions = {}) {
    this.threadsMax = threadsMax;
    this.timeLimitMs = timeLimitMs;
    this.idleLimitMs = idleLimitMs;
  }

  /** Threads started so far. */
  get threadsStarted(): number {
    return this.started;
  }

  /** Threads that live, at work or idle. */
  get threadCount(): number {
    return this.all.size;
  }

  async run(job: JqJob): Promise<JqOutcome> {
    await this.enter();
    try {
      const thread = this.takeIdle() ?? (await this.start());
      const outcome = await thread.run(job, this.timeLimitMs);
      const isSound = outcome.kind === 'done' && outcome.memorySizeBytes <= KEPT_MEMORY_SIZE_BYTES_MAX;
      if (isSound && !thread.isOver) this.putAside(thread);
      else await this.end(thread);
      return outcome;
    } finally {
      this.leave();
    }
  }

  async close(): Promise<void> {
    for (const { ending } of this.idle.splice(0)) clearTimeout(ending);
    await Promise.all(Array.from(this.all, async (thread) => this.end(thread)));
  }

  private async start(): Promise<JqThread> {
    this.module ??= readFile(WASM_FILE).then(async (bytes) => WebAssembly.compile(bytes));
    const thread = new JqThread(await this.module);
    this.all.add(thread);
    this.started += 1;
    return thread;
  }

  private async end(thread: JqThread): Promise<void> {
    this.all.delete(thread);
    await thread.stop();
  }

  private takeIdle(): JqThread | undefined {
    for (let last = this.idle.pop(); last !== undefined; last = this.idle.pop()) {
      clearTimeout(last.ending);
      if (!last.thread.isOver) return last.thread;
      this.all.delete(last.thread);
    }
    return undefined;
  }

  private putAside(thread: JqThread): void {
    const ending = setTimeout(() => {
      this.idle.splice(
        this.idle.findIndex((one) => one.thread === thread),
        1,
      );
      void this.end(thread);
    }, this.idleLimitMs);
    this.idle.push({ thread, ending: ending.unref() });
  }

  private async enter(): Promise<void> {
    if (this.busy < this.threadsMax) this.busy += 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  private leave(): void {
    const next = this.waiting.shift();
    // The place goes over to who waits, so it stays taken.
    if (next === undefined) this.busy -= 1;
    else next();
  }
}
