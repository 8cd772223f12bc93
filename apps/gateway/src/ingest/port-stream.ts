import type { MessagePort, Transferable } from 'node:worker_threads';

import { ApiError } from '@mts/domain';

import { Refusal } from '../http/refusal.js';

/**
 * A stream between two threads. The reader gives credits, one per item that it is ready to take, and the writer sends no
 * item without one: what lies between them is never more than the reader's window.
 */
type FromWriter<T> =
  | { readonly kind: 'item'; readonly item: T }
  | { readonly kind: 'end' }
  | { readonly kind: 'refused'; readonly status: number; readonly errors: Refusal['errors'] }
  | { readonly kind: 'failed'; readonly error: unknown };

/** The other thread ended, or stopped reading, before the stream's end. */
export class StreamGoneError extends Error {
  override readonly name = 'StreamGoneError';

  constructor() {
    super('The other side of a stream between threads is gone');
  }
}

/**
 * Writes what a source yields, and its end or its error. Resolves when all is written, or the reader is gone; never
 * rejects, because the reader gets the error.
 *
 * @param moved what of an item is moved to the other thread instead of copied
 */
export async function writeStream<T>(
  port: MessagePort,
  source: AsyncIterable<T>,
  moved: (item: T) => readonly Transferable[] = () => [],
): Promise<void> {
  const credits = new Credits(port);
  const post = (message: FromWriter<T>, transfer: readonly Transferable[] = []): void =>
    port.postMessage(message, transfer);
  try {
    const items = source[Symbol.asyncIterator]();
    // One credit before each look at the source: nothing is made before there is room for it.
    while (await credits.take()) {
      const next = await items.next();
      if (next.done) {
        post({ kind: 'end' });
        return;
      }
      post({ kind: 'item', item: next.value }, moved(next.value));
    }
    await items.return?.();
  } catch (error) {
    const refusal = error instanceof ApiError ? Refusal.of(error) : error;
    if (refusal instanceof Refusal) post({ kind: 'refused', status: refusal.status, errors: refusal.errors });
    else post({ kind: 'failed', error });
  }
}

class Credits {
  private given = 0;
  private gone = false;
  private wake: (() => void) | undefined;

  constructor(port: MessagePort) {
    port.on('message', () => {
      this.given += 1;
      this.wake?.();
    });
    port.on('close', () => {
      this.gone = true;
      this.wake?.();
    });
  }

  /** @returns false when the reader is gone. */
  async take(): Promise<boolean> {
    while (this.given === 0 && !this.gone) await new Promise<void>((resolve) => (this.wake = resolve));
    this.given -= 1;
    return !this.gone;
  }
}

/**
 * Reads what {@link writeStream} writes on the other side. Listens from the call on, so that no end is missed.
 *
 * @param windowItems how many items may be on their way
 * @throws while reading: what the source of the other side threw, refusals as {@link Refusal}; {@link StreamGoneError}
 */
export function readStream<T>(port: MessagePort, windowItems: number): AsyncIterableIterator<T> {
  const arrived: FromWriter<T>[] = [];
  let wake: (() => void) | undefined;
  const arrive = (message: FromWriter<T>): void => {
    arrived.push(message);
    wake?.();
  };
  port.on('message', arrive);
  port.on('messageerror', (error: Error) => arrive({ kind: 'failed', error }));
  port.on('close', () => arrive({ kind: 'failed', error: new StreamGoneError() }));
  for (let credits = 0; credits < windowItems; credits += 1) port.postMessage(null);
  const next = async (): Promise<FromWriter<T>> => {
    for (;;) {
      const message = arrived.shift();
      if (message !== undefined) return message;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return read(port, next);
}

async function* read<T>(port: MessagePort, next: () => Promise<FromWriter<T>>): AsyncGenerator<T> {
  try {
    for (;;) {
      const message = await next();
      if (message.kind === 'end') return;
      if (message.kind === 'refused') throw new Refusal(message.status, message.errors);
      if (message.kind === 'failed') throw message.error;
      yield message.item;
      port.postMessage(null);
    }
  } finally {
    port.close();
  }
}
