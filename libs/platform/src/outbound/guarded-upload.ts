import { Readable } from 'node:stream';

import { request } from 'undici';

import { type FetchOptions, limited, ownErrorIn, refuseProblem } from './guarded-fetch.js';

/** A body that is sent as it is made. */
export interface Upload {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** With any method: also with GET, which fetch gives none. */
  readonly body?: AsyncIterable<Uint8Array> | Uint8Array;
  readonly signal?: AbortSignal;
}

/** See `OutboundClient.upload`. */
export type GuardedUpload = (url: string, upload: Upload) => Promise<Response>;

/** Statuses of answers without a body (https://fetch.spec.whatwg.org/#statuses, "null body status"). */
const WITHOUT_BODY: ReadonlySet<number> = new Set([101, 103, 204, 205, 304]);

export function guardedUpload(options: FetchOptions): GuardedUpload {
  const { dispatcher, problemOf, userAgent, bodySizeBytesMax } = options;
  return async (url, { headers, body, ...upload }) => {
    refuseProblem(problemOf(url));
    const all = new Headers(headers);
    all.delete('host');
    if (!all.has('user-agent')) all.set('user-agent', userAgent);
    try {
      const answer = await request(url, {
        ...upload,
        headers: Object.fromEntries(all),
        body: sendable(body),
        dispatcher,
      });
      const init = { status: answer.statusCode, headers: headersOf(answer.headers) };
      if (!WITHOUT_BODY.has(init.status))
        return limited(new Response(Readable.toWeb(answer.body), init), bodySizeBytesMax);
      await answer.body.dump();
      return new Response(null, init);
    } catch (error) {
      throw ownErrorIn(error) ?? error;
    }
  };
}

function sendable(body: Upload['body']): Readable | Uint8Array | null {
  if (body === undefined || body instanceof Uint8Array) return body ?? null;
  return Readable.from(body, { objectMode: false });
}

function headersOf(received: Readonly<Record<string, string | string[] | undefined>>): Headers {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(received)) {
    for (const value of [values].flat()) headers.append(name, value);
  }
  return headers;
}
