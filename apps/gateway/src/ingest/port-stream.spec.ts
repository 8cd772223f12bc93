import { MessageChannel } from 'node:worker_threads';

import { ApiError } from '@mts/domain';
import { until } from '@mts/testing';
import { expect, it } from 'vitest';

import { Refusal } from '../http/refusal.js';
import { readStream, StreamGoneError, writeStream } from './port-stream.js';

async function* numbers(count: number, made: (n: number) => void = () => undefined): AsyncGenerator<number> {
  for (let n = 1; n <= count; n += 1) {
    made(n);
    yield n;
  }
}

async function* failing(error: Error): AsyncGenerator<number> {
  yield 1;
  throw error;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** Both ends in one thread: a port does not know where its other end is. */
function streamOf<T>(source: AsyncIterable<T>, windowItems = 2) {
  const { port1, port2 } = new MessageChannel();
  const written = writeStream(port1, source);
  return { items: readStream<T>(port2, windowItems), written, port: port2 };
}

it('brings all items over in their order, and then the end', async () => {
  const { items, written } = streamOf(numbers(100));
  expect(await all(items)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  await written;
});

it('makes no item that the reader has no room for', async () => {
  let made = 0;
  let read = 0;
  let most = 0;
  const { items } = streamOf(
    numbers(500, (n) => {
      made = n;
      most = Math.max(most, made - read);
    }),
    3,
  );
  for await (const item of items) read = item;
  expect(read).toBe(500);
  // The window, and the one that the reader has taken and not yet paid for.
  expect(most).toBeLessThanOrEqual(4);
});

it('gives the reader what the source refuses, with its status and texts', async () => {
  const { items } = streamOf(failing(new ApiError('MTS-CSV-001', { fileLine: 7, problem: 'p' })));
  const reading = all(items);
  await expect(reading).rejects.toBeInstanceOf(Refusal);
  await expect(reading).rejects.toMatchObject({
    status: 400,
    errors: [{ errorCode: 'MTS-CSV-001', errorMessage: 'the CSV file cannot be read at line 7: p' }],
  });
});

it('gives the reader any other fault of the source', async () => {
  const { items } = streamOf(failing(new TypeError('a defect')));
  await expect(all(items)).rejects.toThrow('a defect');
});

it('lets go of the source when the reader stops early', async () => {
  const end = { released: false };
  async function* endless(): AsyncGenerator<number> {
    try {
      for (;;) yield 1;
    } finally {
      end.released = true;
    }
  }
  const { items, written } = streamOf(endless());
  for await (const item of items) if (item === 1) break;
  await written;
  expect(end.released).toBe(true);
});

it('tells the reader when the other side is gone without a word', async () => {
  const { port1, port2 } = new MessageChannel();
  const items = readStream(port2, 1);
  port1.close();
  await expect(items.next()).rejects.toBeInstanceOf(StreamGoneError);
});

it('notices that the other side is gone before anybody reads', async () => {
  const { port1, port2 } = new MessageChannel();
  const closed = { yet: false };
  port2.on('close', () => (closed.yet = true));
  const items = readStream(port2, 1);
  port1.close();
  await until(() => closed.yet);
  await expect(items.next()).rejects.toBeInstanceOf(StreamGoneError);
});
