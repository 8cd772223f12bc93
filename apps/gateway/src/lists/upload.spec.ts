import { PassThrough } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

import { ApiError } from '@mts/domain';
import { expect, it } from 'vitest';

import { uploadChunks } from './upload.js';

const STALL_LIMIT_MS = 200;

async function readAll(stream: PassThrough): Promise<number> {
  let sizeBytes = 0;
  for await (const chunk of uploadChunks(stream, STALL_LIMIT_MS)) sizeBytes += chunk.length;
  return sizeBytes;
}

/** Sends pieces with pauses far below the limit until it is done, or given up. */
async function send(stream: PassThrough, piece: string, pieces: number): Promise<void> {
  for (let sent = 0; sent < pieces && !stream.destroyed; sent += 1) {
    stream.write(piece);
    await wait(STALL_LIMIT_MS / 10);
  }
  if (!stream.destroyed) stream.end();
}

it.each([1, 64])(
  'an upload that drips %i bytes at a time is given up, though it is never silent for long',
  async (length) => {
    const stream = new PassThrough();
    const sending = send(stream, 'x'.repeat(length), 1_000);
    await expect(readAll(stream)).rejects.toEqual(new ApiError('MTS-REQ-005'));
    await sending;
  },
);

it('an upload that is slow and steady is not', async () => {
  const stream = new PassThrough();
  const [sizeBytes] = await Promise.all([readAll(stream), send(stream, 'x'.repeat(4096), 20)]);
  expect(sizeBytes).toBe(20 * 4096);
});
