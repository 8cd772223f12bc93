import { createRequire } from 'node:module';
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import type { FromThread, JqAnswer, JqJob } from './jq-job.js';
import type { WasmModule } from './web-assembly.js';

/** The built file, also where the rest runs from sources: a thread has no TypeScript loader. */
const WORKER_FILE = createRequire(import.meta.url).resolve('@mts/outputs/jq-worker');

/** jq's own memory stands outside the heap, see limited-jq.ts; this is for the text that goes in and comes out. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 };

/** Of the clock, for each that a job may take of a processor: a thread that comes to nothing is not waited for. */
const CLOCK_PER_PROCESSOR_TIME_MAX = 20;

/** What becomes of a job: its answer, or that it took longer than it may. */
export type JqOutcome = JqAnswer | { readonly kind: 'out of time' };

/** One thread with one jq, see jq-worker.ts. Takes one job at a time. */
export class JqThread {
  private readonly worker: Worker;
  private readonly ready: Promise<FromThread>;
  private ended = false;

  constructor(module: WasmModule) {
    this.worker = new Worker(WORKER_FILE, {
      name: 'jq',
      workerData: { module },
      env: {},
      execArgv: [],
      resourceLimits: RESOURCE_LIMITS,
      // jq writes what a program says into its own buffers; nothing else of a thread is for the log.
      stdout: true,
      stderr: true,
    });
    // An idle thread does not keep the process alive.
    this.worker.unref();
    // Also when nobody waits for an answer: an error that nobody listens to would end the process.
    this.worker.on('error', () => {
      this.ended = true;
    });
    this.worker.once('exit', () => {
      this.ended = true;
    });
    this.ready = this.nextMessage();
  }

  /** Whether no job can be given to it any more. */
  get isOver(): boolean {
    return this.ended;
  }

  /**
   * A job that takes too long ends the thread with it.
   *
   * @param timeLimitMs of a processor, not of the clock: on a busy machine a program is as good as on an idle one
   */
  async run(job: JqJob, timeLimitMs: number): Promise<JqOutcome> {
    await this.ready;
    const answer = this.nextMessage();
    const before = await this.worker.cpuUsage();
    this.worker.postMessage(job, []);
    const over = new AbortController();
    try {
      const message = await Promise.race([answer, this.outOfTime(before, timeLimitMs, over.signal)]);
      if (message === 'ready') throw new Error('a thread answered a job with something else');
      if (message !== 'out of time') return message;
      answer.catch(() => undefined);
      await this.stop();
      return { kind: 'out of time' };
    } finally {
      over.abort();
    }
  }

  private async outOfTime(
    before: NodeJS.CpuUsage,
    limitMs: number,
    signal: AbortSignal,
  ): Promise<'out of time'> {
    const latestAtMs = performance.now() + limitMs * CLOCK_PER_PROCESSOR_TIME_MAX;
    for (let leftMs = limitMs; leftMs > 0 && performance.now() < latestAtMs;) {
      await wait(Math.ceil(leftMs), undefined, { signal });
      const usage = await this.worker.cpuUsage(before).catch(() => undefined);
      // It has ended, which is told elsewhere.
      if (usage === undefined) return new Promise(() => undefined);
      leftMs = limitMs - (usage.user + usage.system) / 1000;
    }
    return 'out of time';
  }

  async stop(): Promise<void> {
    this.ended = true;
    await this.worker.terminate();
  }

  private async nextMessage(): Promise<FromThread> {
    const next = Promise.withResolvers<FromThread>();
    const onMessage = (message: FromThread): void => next.resolve(message);
    const onError = (error: Error): void => {
      // The heap's own limit: the text of one record is too much.
      if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY')
        next.resolve({ kind: 'out of memory' });
      else next.reject(error);
    };
    const onExit = (): void => next.reject(new Error('a thread of jq ended'));
    this.worker.once('message', onMessage).once('error', onError).once('exit', onExit);
    try {
      return await next.promise;
    } finally {
      this.worker.off('message', onMessage).off('error', onError).off('exit', onExit);
    }
  }
}
