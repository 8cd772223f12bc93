import { errorCode } from '@mts/ida-client';
import { request } from 'undici';

import type { Outgoing } from './request.js';

/** What came back, as bytes. */
export type Reply =
  | {
      readonly kind: 'reply';
      readonly status: number;
      readonly contentType: string;
      readonly signature: string | undefined;
      readonly body: Buffer;
    }
  | { readonly kind: 'silence'; readonly afterMs: number }
  /** No connection, or it broke; `code` is one of the system, TLS or the HTTP client. */
  | { readonly kind: 'broken'; readonly code: string };

/** IDA's answers have some thousand bytes. */
const ANSWER_LIMIT_BYTES = 1024 * 1024;

/** Sends a call; redirects are answers, not followed. Nothing that it says holds the URL, which holds secrets. */
export async function send({ url, headers, body }: Outgoing, answerTimeoutMs: number): Promise<Reply> {
  const timeout = AbortSignal.timeout(answerTimeoutMs);
  try {
    const reply = await request(url, {
      method: 'POST',
      headers,
      body,
      signal: timeout,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const signature = reply.headers['response-signature'];
    return {
      kind: 'reply',
      status: reply.statusCode,
      contentType: typeOf(reply.headers['content-type']),
      signature: typeof signature === 'string' ? signature : undefined,
      body: await limited(reply.body),
    };
  } catch (error) {
    return timeout.aborted
      ? { kind: 'silence', afterMs: answerTimeoutMs }
      : { kind: 'broken', code: errorCode(error) };
  }
}

/** Shown as they are; another could hold anything, the address of the call with its secrets included. */
const SHOWN_TYPES = ['application/json', 'application/xml', 'text/html', 'text/plain', 'text/xml'];

function typeOf(header: string | string[] | undefined): string {
  if (header === undefined) return 'no type';
  const type = String(header).split(';')[0]?.trim().toLowerCase();
  return SHOWN_TYPES.find((shown) => shown === type) ?? 'another type';
}

async function limited(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of stream) {
    sizeBytes += chunk.length;
    if (sizeBytes > ANSWER_LIMIT_BYTES) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
