import { Readable, pipeline } from 'node:stream';
import { createGzip, gzip } from 'node:zlib';
import { promisify } from 'node:util';

import { StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { ContentCoding } from './content-coding.js';
import type { ResultText } from './result-text.js';

const compressed = promisify(gzip);

export interface Sending {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly coding: ContentCoding;
  /** Called when the last byte of the whole text has been handed to the network. */
  readonly onSent: () => void;
}

/**
 * The body of an answer that is a result: small ones as a whole with their length, others in a stream that reads no faster
 * than it is read. A HEAD reads nothing.
 *
 * @throws what the text throws before its second piece
 */
export async function sendResult(
  text: ResultText,
  { request, reply, coding, onSent }: Sending,
): Promise<StreamableFile | Buffer> {
  if (request.method === 'HEAD') {
    if (coding === 'gzip') reply.header('content-encoding', 'gzip');
    return new StreamableFile(Readable.from([]));
  }
  const [first, second] = [await text.next(), await text.next()];
  if (coding === 'gzip') reply.header('content-encoding', 'gzip');
  if (second.done === true) {
    const whole = Buffer.from(first.value ?? '');
    const body = coding === 'gzip' ? await compressed(whole) : whole;
    reply.raw.once('finish', onSent);
    return body;
  }
  const source = Readable.from(
    pieces([first.value ?? '', second.value], text, () => reply.raw.once('finish', onSent)),
    {
      objectMode: false,
    },
  );
  if (coding === 'identity') return new StreamableFile(source);
  // Either end that breaks takes the other with it; whoever reads sees the fault.
  return new StreamableFile(pipeline(source, createGzip(), () => undefined));
}

async function* pieces(
  begun: readonly string[],
  rest: ResultText,
  onEnd: () => void,
): AsyncGenerator<string> {
  try {
    yield* begun;
    yield* rest;
    onEnd();
  } finally {
    // Closed by its reader while the begun ones were still to come.
    await rest.return();
  }
}
