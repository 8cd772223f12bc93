import { availableParallelism } from 'node:os';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import type { AskedRow } from './rows.js';

/** A request that only has to be sent. */
export interface Call {
  readonly signature: string;
  readonly body: string;
  readonly outcome: string;
}

export interface CallOptions {
  /** The directory that the simulator was provisioned with. */
  readonly keys: string;
  /** The time in the requests. */
  readonly now: string;
}

/** What a worker is given. */
export interface Task extends CallOptions {
  readonly rows: readonly AskedRow[];
}

/** Makes all requests beforehand, on all processors. */
export async function prepareCalls(
  rows: readonly AskedRow[],
  options: CallOptions,
): Promise<readonly Call[]> {
  const share = Math.ceil(rows.length / availableParallelism());
  const tasks: Task[] = [];
  for (let start = 0; start < rows.length; start += share) {
    tasks.push({ ...options, rows: rows.slice(start, start + share) });
  }
  return (await Promise.all(tasks.map(inWorker))).flat();
}

async function inWorker(task: Task): Promise<readonly Call[]> {
  const worker = new Worker(new URL('./call-worker.js', import.meta.url), { workerData: task });
  const [calls] = (await once(worker, 'message')) as [readonly Call[]];
  return calls;
}
