import type { Readable } from 'node:stream';

import { type AxiosInstance, create, getAdapter, isAxiosError } from 'axios';

import { ForbiddenAddressError } from './errors.js';
import { ownErrorIn, refuseProblem, streamIn } from './guarded-fetch.js';

type Fetch = typeof globalThis.fetch;

/** What a call of axios brings with it. */
interface CallOptions extends RequestInit {
  readonly guardedFetch: Fetch;
  readonly stream: Readable | undefined;
}

/**
 * Axios keeps what it makes of each fetch function for ever, but clients come and go. So it is given this one alone,
 * which hands the call on to the client's own; and streams too, which axios would wrap.
 */
const viaFetch = getAdapter('fetch', {
  env: {
    fetch: async (request, init) => {
      const { guardedFetch, stream } = init as CallOptions;
      return guardedFetch(request, stream === undefined ? {} : { body: stream });
    },
  },
});

/** See `OutboundClient.http`. */
export function axiosOver(
  guardedFetch: Fetch,
  problemOf: (url: string) => string | undefined,
  userAgent: string,
): AxiosInstance {
  const http = create({
    headers: { 'User-Agent': userAgent },
    adapter: async (config) => {
      try {
        // Here too, because axios takes user and password out of the address before it calls fetch.
        refuseProblem(problemOf(http.getUri(config)));
        // Axios calls every body without a type a urlencoded one, and only fetch knows the boundary of a form.
        if (config.data instanceof FormData) config.headers.delete('content-type');
        const stream = streamIn(config.data);
        const data: unknown = stream === undefined ? config.data : undefined;
        return await viaFetch({ ...config, data, fetchOptions: { guardedFetch, stream } });
      } catch (error) {
        throw errorToTell(error);
      }
    },
  });
  return http;
}

/** Our own error where there is one, and never that of axios which repeats a text that is no URL. */
function errorToTell(error: unknown): unknown {
  if (isAxiosError(error) && error.code === 'ERR_INVALID_URL')
    return new ForbiddenAddressError('is not a valid URL');
  return ownErrorIn(error) ?? error;
}
