import { parentPort } from 'node:worker_threads';

import type { RequestOptions } from '@mts/inputs';

import { ingestCsv, type IngestItem, ingestJson } from './ingest/ingest-items.js';
import { CHUNK_WINDOW, type IngestJob } from './ingest/ingest-job.js';
import { readStream, StreamGoneError, writeStream } from './ingest/port-stream.js';

/** A thread that parses, checks and seals lists, so that the one that answers calls is never held up. */
parentPort?.on('message', (job: IngestJob) => {
  void writeStream(job.items, itemsOf(job), (item) => (item.kind === 'block' ? [item.bytes.buffer] : []));
});

function itemsOf(job: IngestJob): AsyncIterable<IngestItem> {
  if (job.kind === 'csv') {
    const file = readStream<Uint8Array>(job.chunks, CHUNK_WINDOW);
    return ingestCsv(file, job.delimiter, job.setup, job.options);
  }
  return ingestJson(job.body, job.setup, async () => only(readStream<RequestOptions>(job.options, 1)));
}

async function only<T>(items: AsyncIterable<T>): Promise<T> {
  for await (const item of items) return item;
  throw new StreamGoneError();
}
