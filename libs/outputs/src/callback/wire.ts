import { failureCode, ForbiddenAddressError, type OutboundClient } from '@mts/platform';

import { CallbackFault } from './fault.js';
import type { Headers } from './target.js';

/** A body whose size is known before it is sent. */
export interface Body {
  readonly sizeBytes: number;
  /** The same bytes each time. */
  readonly bytes: () => Buffer | AsyncIterable<Buffer>;
}

export interface Call {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body?: Body;
  /** Told how much of a body that is sent in parts the receiver takes. */
  readonly onTaken?: (bytes: number) => void;
}

export interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly cookies: readonly string[];
  /** As much of it as decides anything. */
  readonly text: string;
}

/** Of a longer answer the rest is not read: an error of JSON-RPC with its traceback is shorter. */
const ANSWER_SIZE_BYTES_MAX = 256 * 1024;

/** Makes one call, whatever its answer. @throws CallbackFault when there is none; the signal's reason once it is aborted */
export async function call({ upload }: OutboundClient, given: Call, signal: AbortSignal): Promise<Answer> {
  const { method, url, headers } = given;
  const body = watched(given.body?.bytes(), given.onTaken);
  try {
    const response = await upload(url, { method, headers, ...body.given, signal });
    const answer = { status: response.status, headers: new Map(response.headers) };
    return { ...answer, cookies: response.headers.getSetCookie(), text: await readSome(response.body) };
  } catch (error) {
    signal.throwIfAborted();
    throw body.fault() ?? faultOf(error);
  }
}

/** What is sent, and the fault of making it, which the transport would report as one of its own. */
function watched(
  bytes: ReturnType<Body['bytes']> | undefined,
  onTaken: NonNullable<Call['onTaken']> = () => undefined,
): {
  readonly given: { readonly body?: Buffer | AsyncIterable<Buffer> };
  readonly fault: () => unknown;
} {
  let fault: unknown;
  const pieces = async function* (of: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
    try {
      for await (const piece of of) {
        yield piece;
        onTaken(piece.length);
      }
    } catch (error) {
      fault = error;
      throw error;
    }
  };
  const given = bytes === undefined ? {} : { body: Buffer.isBuffer(bytes) ? bytes : pieces(bytes) };
  return { given, fault: () => fault };
}

async function readSome(stream: ReadableStream<Uint8Array> | null): Promise<string> {
  if (stream === null) return '';
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    sizeBytes += chunk.byteLength;
    if (sizeBytes > ANSWER_SIZE_BYTES_MAX) break;
  }
  return Buffer.concat(chunks).toString();
}

/** Of undici (docs/docs/api/Errors.md), of the sockets underneath, and of a signal that stands for a time limit. */
const ANSWER_TIMEOUTS: ReadonlySet<string> = new Set([
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
  'TimeoutError',
]);

/** Why there is no answer. The cause is left behind: libraries hang addresses and headers on theirs. */
export function faultOf(error: unknown): CallbackFault {
  if (isForbidden(error)) return new CallbackFault('final', 'MTS-DLV-109');
  const problem = failureCode(error);
  if (ANSWER_TIMEOUTS.has(problem)) return new CallbackFault('later', 'MTS-DLV-103');
  return new CallbackFault('busy', 'MTS-DLV-102', { problem });
}

function isForbidden(error: unknown): boolean {
  return error instanceof ForbiddenAddressError || (error instanceof Error && isForbidden(error.cause));
}
