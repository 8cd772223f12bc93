import { channel } from 'node:diagnostics_channel';

/** Where undici tells its listeners of a request, path and all: `NODE_DEBUG=undici` and tracing agents listen there. */
const TELLING_CHANNELS = [
  ...['create', 'bodySent', 'bodyChunkSent', 'bodyChunkReceived', 'headers', 'trailers', 'error'].map(
    (event) => channel(`undici:request:${event}`),
  ),
  channel('undici:client:sendHeaders'),
];

/** Whether a request that was made now would be told to somebody, with the secrets in its path. */
export function isTraced(): boolean {
  return TELLING_CHANNELS.some(({ hasSubscribers }) => hasSubscribers);
}
