import { createRequire } from 'node:module';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';

import type { RequestOptions, SealingSetup } from '@mts/inputs';
import type { Logger } from '@mts/platform';

import type { IngestItem } from './ingest-items.js';
import { type IngestJob, ITEM_WINDOW } from './ingest-job.js';
import { readStream, writeStream } from './port-stream.js';

/** The built file, also where the rest runs from sources: a thread has no TypeScript loader. */
const WORKER_FILE = createRequire(import.meta.url).resolve('@mts/gateway/ingest-worker');

/** A thread keeps the memory that it once took; one that has had nothing to do for so long gives it back by ending. */
const IDLE_LIMIT_MS = 30_000;

/** A list that waits for a thread. */
interface Waiting {
  readonly owner: string;
  readonly enter: () => void;
}

/**
 * The threads that take lists in, so many as may be taken in at the same time; further lists wait for a free one. One
 * owner has at most all but one of them (the only one, if there is no other): however slowly its lists come, those of
 * others find a place.
 */
export class IngestPool {
  /** The one that was used last stands last, and is used first, so that the others can end. */
  private readonly idle: { readonly thread: IngestThread; readonly ending: NodeJS.Timeout }[] = [];
  private readonly all = new Set<IngestThread>();
  private readonly waiting: Waiting[] = [];
  /** Places by their owner. */
  private readonly taken = new Map<string, number>();

  constructor(
    private readonly threadsMax: number,
    private readonly logger: Logger,
    private readonly idleLimitMs = IDLE_LIMIT_MS,
  ) {}

  /** Runs `work` with a thread that nobody else uses meanwhile. */
  async use<T>(owner: string, work: (thread: IngestThread) => Promise<T>): Promise<T> {
    await this.enter(owner);
    const thread = this.takeIdle() ?? this.start();
    try {
      return await work(thread);
    } finally {
      if (this.all.has(thread)) this.putAside(thread);
      this.leave(owner);
    }
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.all, async (thread) => thread.stop()));
  }

  private start(): IngestThread {
    const thread = new IngestThread((error) => {
      this.logger.error('a thread that takes lists in died', { error });
    });
    this.all.add(thread);
    thread.onExit(() => this.forget(thread));
    return thread;
  }

  private takeIdle(): IngestThread | undefined {
    const last = this.idle.pop();
    clearTimeout(last?.ending);
    return last?.thread;
  }

  private putAside(thread: IngestThread): void {
    const end = (): void => {
      // At once, and not when it has ended: nobody may be given a thread that is about to go.
      this.forget(thread);
      void thread.stop();
    };
    this.idle.push({ thread, ending: setTimeout(end, this.idleLimitMs).unref() });
  }

  private forget(thread: IngestThread): void {
    this.all.delete(thread);
    const at = this.idle.findIndex((one) => one.thread === thread);
    if (at !== -1) clearTimeout(this.idle.splice(at, 1)[0]?.ending);
  }

  private async enter(owner: string): Promise<void> {
    if (this.hasPlaceFor(owner)) this.count(owner, 1);
    else await new Promise<void>((enter) => this.waiting.push({ owner, enter }));
  }

  private leave(owner: string): void {
    this.count(owner, -1);
    const at = this.waiting.findIndex((one) => this.hasPlaceFor(one.owner));
    const [next] = at === -1 ? [] : this.waiting.splice(at, 1);
    if (next === undefined) return;
    // Counted here and not when it goes on: nobody may come between.
    this.count(next.owner, 1);
    next.enter();
  }

  private hasPlaceFor(owner: string): boolean {
    const all = Array.from(this.taken.values()).reduce((sum, count) => sum + count, 0);
    return all < this.threadsMax && (this.taken.get(owner) ?? 0) < Math.max(1, this.threadsMax - 1);
  }

  private count(owner: string, change: 1 | -1): void {
    const count = (this.taken.get(owner) ?? 0) + change;
    if (count === 0) this.taken.delete(owner);
    else this.taken.set(owner, count);
  }
}

/** One thread, see ingest-worker.ts. */
export class IngestThread {
  private readonly worker = new Worker(WORKER_FILE, { name: 'ingest', execArgv: [] });

  constructor(onFault: (error: Error) => void) {
    this.worker.on('error', onFault);
    // Idle threads do not keep the process alive.
    this.worker.unref();
  }

  onExit(listener: () => void): void {
    this.worker.once('exit', listener);
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }

  /** As {@link ingestJson}; the body is moved away. */
  json(
    body: Uint8Array<ArrayBuffer>,
    setup: SealingSetup,
    options: () => Promise<RequestOptions>,
  ): AsyncIterable<IngestItem> {
    const [answers, items] = [new MessageChannel(), new MessageChannel()];
    this.post({ kind: 'json', setup, body, options: answers.port2, items: items.port2 }, [
      answers.port2,
      items.port2,
      body.buffer,
    ]);
    void writeStream(answers.port1, once(options));
    return closing(answers.port1, readStream(items.port1, ITEM_WINDOW));
  }

  /** As {@link ingestCsv}. */
  csv(
    file: AsyncIterable<Uint8Array>,
    delimiter: string | undefined,
    setup: SealingSetup,
    options: RequestOptions,
  ): AsyncIterable<IngestItem> {
    const [chunks, items] = [new MessageChannel(), new MessageChannel()];
    this.post({ kind: 'csv', setup, delimiter, options, chunks: chunks.port2, items: items.port2 }, [
      chunks.port2,
      items.port2,
    ]);
    void writeStream(chunks.port1, copies(file), (chunk) => [chunk.buffer]);
    return readStream(items.port1, ITEM_WINDOW);
  }

  private post(job: IngestJob, moved: Parameters<Worker['postMessage']>[1]): void {
    this.worker.postMessage(job, moved);
  }
}

async function* once<T>(value: () => Promise<T>): AsyncGenerator<T> {
  yield await value();
}

async function* closing<T>(port: MessagePort, items: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* items;
  } finally {
    port.close();
  }
}

/** Chunks of a socket are windows of shared memory, which can neither be moved nor be copied alone. */
async function* copies(file: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for await (const chunk of file) yield new Uint8Array(chunk);
}
