import type { AxiosInstance } from 'axios';

import { axiosOver } from './axios-over-fetch.js';
import { type ConnectionCheck, guardedAgent } from './connections.js';
import { guardedFetch } from './guarded-fetch.js';
import { type GuardedUpload, guardedUpload } from './guarded-upload.js';
import { secureContextWith } from './own-authority.js';

export interface OutboundClientOptions {
  /** The most that a connection may take, with the resolution of the name and the TLS handshake. */
  readonly connectTimeoutMs: number;
  /**
   * How long the other side may be silent: until its headers (its work on what it was sent included), between two parts
   * of its body, and while it takes none of ours. In steps of half a second. Time that is spent here, on producing or
   * reading a body, does not count.
   */
  readonly idleTimeoutMs: number;
  /** One or more certificates of an own authority, trusted in addition to the system's. */
  readonly caPem?: string;
  /** Default `mosip-token-seeder`. */
  readonly userAgent?: string;
  /** Connections to each host at the same time; further calls wait. Default 8. */
  readonly connectionsMax?: number;
  /**
   * The largest body of an answer that is read, after decompression; above it the reading fails with
   * {@link BodyTooLargeError}. Default 1 MiB; `Infinity` for what is streamed.
   */
  readonly bodySizeBytesMax?: number;
}

export interface OutboundClient {
  /**
   * As the global one, but redirects are answers (3xx), never followed, and the Host header is always that of the
   * address. Rejects with {@link ForbiddenAddressError}, else as fetch does: see `failureCode`.
   */
  readonly fetch: typeof globalThis.fetch;
  /**
   * Axios over the same fetch: `responseType: 'stream'` gives a web `ReadableStream`; no proxy, no redirect. Rejects
   * with {@link ForbiddenAddressError} or {@link BodyTooLargeError} as such, else as axios does.
   */
  readonly http: AxiosInstance;
  /**
   * For a body that may be large: memory stays flat, while fetch keeps all that it has sent, in case it has to be sent
   * once more. Redirects are answers. Rejects with {@link ForbiddenAddressError}, else as undici does: see `failureCode`.
   */
  readonly upload: GuardedUpload;
  /** Ends all connections, and with them the calls under way. */
  readonly close: () => Promise<void>;
}

export interface CallCheck extends ConnectionCheck {
  readonly problemOf: (url: string) => string | undefined;
}

const BODY_SIZE_BYTES_MAX = 1024 * 1024;
const CONNECTIONS_MAX = 8;
const USER_AGENT = 'mosip-token-seeder';

export function openClient(check: CallCheck, options: OutboundClientOptions): OutboundClient {
  const { connectTimeoutMs, idleTimeoutMs, connectionsMax = CONNECTIONS_MAX } = options;
  const { userAgent = USER_AGENT, bodySizeBytesMax = BODY_SIZE_BYTES_MAX } = options;
  const { problemOf } = check;
  const secureContext = secureContextWith(options.caPem);
  const dispatcher = guardedAgent(check, { connectTimeoutMs, idleTimeoutMs, connectionsMax, secureContext });
  const guarded = { dispatcher, problemOf, userAgent, bodySizeBytesMax };
  const fetch = guardedFetch(guarded);
  return {
    fetch,
    http: axiosOver(fetch, problemOf, userAgent),
    upload: guardedUpload(guarded),
    close: async () => dispatcher.destroy(),
  };
}
