import { Readable } from 'node:stream';

import { type Dispatcher, Dispatcher1Wrapper } from 'undici';

import { BodyTooLargeError, ForbiddenAddressError } from './errors.js';

export interface FetchOptions {
  readonly dispatcher: Dispatcher;
  /** Why an address may not be called, as far as its text tells. */
  readonly problemOf: (url: string) => string | undefined;
  readonly userAgent: string;
  readonly bodySizeBytesMax: number;
}

/** See `OutboundClient.fetch`. */
export function guardedFetch(options: FetchOptions): typeof globalThis.fetch {
  const { problemOf, userAgent, bodySizeBytesMax } = options;
  // Node's own fetch speaks to dispatchers as the undici inside Node does; the wrapper is undici's bridge to it. Each
  // of the two undicis has a type of its own for the same thing.
  const dispatcher = new Dispatcher1Wrapper(options.dispatcher) as unknown as NodeDispatcher;

  return async (input, init) => {
    const isRequest = input instanceof Request;
    refuseProblem(problemOf(isRequest ? input.url : String(input)));
    const headers = new Headers(init?.headers ?? (isRequest ? input.headers : undefined));
    if (!headers.has('user-agent')) headers.set('user-agent', userAgent);
    const stream = streamIn(init?.body);
    const body = stream === undefined ? {} : ({ body: stream, duplex: 'half' } as const);
    // Otherwise fetch reads on, to the end, what it can no longer send; or keeps it open when the answer came early.
    const endStream = (): void => void stream?.destroy();
    try {
      const call = { ...init, ...body, headers, redirect: 'manual', dispatcher } as const;
      return limited(await globalThis.fetch(input, call), bodySizeBytesMax, endStream);
    } catch (error) {
      endStream();
      throw ownErrorIn(error) ?? error;
    }
  };
}

type NodeDispatcher = NonNullable<RequestInit['dispatcher']>;

/** @throws ForbiddenAddressError when there is a problem. */
export function refuseProblem(problem: string | undefined): void {
  if (problem !== undefined) throw new ForbiddenAddressError(problem);
}

/** Our own error among the causes of one. */
export function ownErrorIn(error: unknown): Error | undefined {
  if (error instanceof ForbiddenAddressError || error instanceof BodyTooLargeError) return error;
  return error instanceof Error ? ownErrorIn(error.cause) : undefined;
}

/** A body that comes bit by bit; undefined for one that is there as a whole. */
export function streamIn(body: unknown): Readable | undefined {
  if (body instanceof Readable) return body;
  const isStream = typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
  return isStream ? Readable.from(body as AsyncIterable<Uint8Array>) : undefined;
}

/** The same answer; reading its body fails as soon as there is more than the limit, and its end is told. */
export function limited(response: Response, bodySizeBytesMax: number, whenOver?: () => void): Response {
  if (response.body === null) {
    whenOver?.();
    return response;
  }
  let sizeBytes = 0;
  const watcher = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      sizeBytes += chunk.byteLength;
      if (sizeBytes <= bodySizeBytesMax) controller.enqueue(chunk);
      else controller.error(new BodyTooLargeError(bodySizeBytesMax));
    },
    flush: () => whenOver?.(),
    cancel: () => whenOver?.(),
  });
  return new Response(response.body.pipeThrough(watcher), response);
}
