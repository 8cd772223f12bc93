import type { FastifyInstance } from 'fastify';

/** Nothing of an answer may be shown as a page, put into a frame, kept, or taken for another kind of content. */
export const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** The page of the API's description has scripts and images of its own, and styles within its text. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const PAGES = /^\/docs(?:\/|$)/;

/** A route that says otherwise has the last word. */
export function registerHeaders(server: FastifyInstance): void {
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    if (PAGES.test(request.routeOptions.url ?? '')) reply.header('content-security-policy', PAGE_POLICY);
  });
}

/** Web pages of these origins alone may read answers; credentials are headers that a page sets, never cookies. */
export function corsFor(origins: readonly string[]) {
  return {
    origin: [...origins],
    methods: ['GET', 'HEAD', 'POST', 'DELETE'],
    allowedHeaders: [
      'authorization',
      'x-api-key',
      'content-type',
      'idempotency-key',
      'if-none-match',
      'last-event-id',
    ],
    exposedHeaders: [
      'retry-after',
      'www-authenticate',
      'content-disposition',
      'correlation-id',
      'etag',
      'idempotency-replayed',
      'request-identifier',
    ],
    credentials: false,
    maxAge: 600,
  };
}
