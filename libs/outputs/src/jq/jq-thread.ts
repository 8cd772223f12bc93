import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

import type { FromThread, JqAnswer, JqJob } from './jq-job.js';
import type { WasmModule } from './web-assembly.js';

/** The built file, also where the rest runs from sources: a thread has no TypeScript loader. */
const WORKER_FILE = createRequire(import.meta.url).resolve('@mts/outputs/jq-worker');

/** jq's own memory stands outside the heap, see limited-jq.ts; this is for the text that goes in and comes out. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 };

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

  /** A job that takes too long ends the thread with it. */
  async run(job: JqJob, timeLimitMs: number): Promise<JqOutcome> {
    await this.ready;
    const answer = this.nextMessage();
    this.worker.postMessage(job, []);
    const limit = Promise.withResolvers<'out of time'>();
    const timer = setTimeout(() => limit.resolve('out of time'), timeLimitMs);
    try {
      const message = await Promise.race([answer, limit.promise]);
      if (message === 'ready') throw new Error('a thread answered a job with something else');
      if (message !== 'out of time') return message;
      answer.catch(() => undefined);
      await this.stop();
      return { kind: 'out of time' };
    } finally {
      clearTimeout(timer);
    }
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
