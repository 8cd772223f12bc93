import type { Readable } from 'node:stream';

import { ApiError } from '@mts/domain';

/** A caller that sends nothing for so long is taken for gone. */
export const STALL_LIMIT_MS = 60_000;
/** After the first minute, which costs nothing, an upload has to come at this rate: it holds a place that others wait for. */
const BYTES_PER_SECOND_MIN = 16_384;
/** Each byte buys so much time. */
const PATIENCE_MS_PER_BYTE = 1000 / BYTES_PER_SECOND_MIN;

/**
 * The chunks of an upload as they come. Its end is a real end: the stream itself is left as it is, for whoever answers.
 *
 * @throws ApiError MTS-REQ-005 when the upload breaks off, or has been waited for `stallLimitMs` longer than what came is
 *   worth
 */
export async function* uploadChunks(
  stream: Readable,
  stallLimitMs: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let patienceMs = stallLimitMs;
  let waitingSinceMs = 0;
  const startWaiting = (): NodeJS.Timeout => {
    waitingSinceMs = performance.now();
    return setTimeout(() => stream.destroy(new ApiError('MTS-REQ-005')), patienceMs);
  };
  let waiting = startWaiting();
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
      clearTimeout(waiting);
      const bytes = chunk as Uint8Array;
      const waitedMs = performance.now() - waitingSinceMs;
      patienceMs = Math.min(stallLimitMs, patienceMs - waitedMs + bytes.length * PATIENCE_MS_PER_BYTE);
      yield bytes;
      waiting = startWaiting();
    }
  } catch (error) {
    // Whatever a stream from a caller fails with, it is the upload that broke off.
    throw error instanceof ApiError ? error : new ApiError('MTS-REQ-005');
  } finally {
    clearTimeout(waiting);
  }
}

/** @throws ApiError MTS-REQ-003 as soon as the body is known to be larger than the limit; MTS-REQ-005 */
export async function readBody(
  stream: Readable,
  sizeBytesMax: number,
  stallLimitMs: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of uploadChunks(stream, stallLimitMs)) {
    sizeBytes += chunk.length;
    if (sizeBytes > sizeBytesMax) throw new ApiError('MTS-REQ-003', { limit: sizeBytesMax });
    chunks.push(chunk);
  }
  const body = new Uint8Array(sizeBytes);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}
