import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

import multipart from '@fastify/multipart';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ApiError } from '@mts/domain';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { envelope } from './envelope.js';
import { SECURITY_HEADERS } from './headers.js';
import { Refusal } from './refusal.js';

/** Longer than any identifier; what is longer still is refused by the HTTP parser with the whole header. */
const PARAMETER_LENGTH_MAX = 16_384;

/** RFC 6839: `application/json`, and anything that ends with `+json`. */
const JSON_MEDIA_TYPE = /^application\/(?:[\w.!#$&^-]+\+)?json\s*(?:;|$)/i;

/** Fastify, set up so that bodies are streams, and so that even what it answers by itself is our envelope. */
export function httpAdapter(): FastifyAdapter {
  return new FastifyAdapter({
    routerOptions: {
      // OpenG2P's connector posts to //authtoken/odk when its base URL ends with a slash.
      ignoreDuplicateSlashes: true,
      ignoreTrailingSlash: true,
      maxParamLength: PARAMETER_LENGTH_MAX,
    },
    forceCloseConnections: 'idle',
    // Node's own refusal has no body; see registerRefusals.
    http: { requireHostHeader: false },
    // Whoever is connected already is served until the end; Fastify's own 503 is no envelope.
    return503OnClosing: false,
    frameworkErrors: answerUnroutable,
    clientErrorHandler: answerUnparsable,
  });
}

/** Bodies reach the controllers as streams; anything but JSON and multipart is 415. */
export async function registerBodies(server: FastifyInstance): Promise<void> {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(JSON_MEDIA_TYPE, (_request, body, done) => done(null, body));
  // The error would come only when the rest of the file has passed by; csv-upload.ts stops at the limit.
  await server.register(multipart, { throwFileSizeLimit: false });
}

/** What Node would refuse without a body, or let through, is refused with the envelope. */
export function registerRefusals(server: FastifyInstance): void {
  server.addHook('onRequest', async (request, reply) => {
    const problem = hostProblem(request.raw);
    if (problem === undefined) return undefined;
    const refusal = Refusal.of(new ApiError('ATS-REQ-102', { field: 'Host', problem }));
    return reply
      .headers({ ...SECURITY_HEADERS, connection: 'close' })
      .status(refusal.status)
      .send(envelope(null, refusal.errors));
  });
  server.server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const problem = 'nothing but 100-continue can be expected';
    const { errors } = Refusal.of(new ApiError('ATS-REQ-102', { field: 'Expect', problem }));
    const body = Buffer.from(JSON.stringify(envelope(null, errors)));
    response.writeHead(417, {
      ...SECURITY_HEADERS,
      'content-type': 'application/json; charset=utf-8',
      'content-length': body.length,
      connection: 'close',
    });
    response.end(body);
  });
}

/** RFC 9112 section 3.2: exactly one Host; RFC 1945 knew of none. */
function hostProblem({ rawHeaders, httpVersion }: IncomingMessage): string | undefined {
  const hosts = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host');
  if (hosts.length > 1) return 'it is given more than once';
  return hosts.length === 0 && httpVersion !== '1.0' ? 'it is missing' : undefined;
}

/** A URL that cannot be decoded never reaches the router. */
function answerUnroutable(_error: unknown, _request: FastifyRequest, reply: FastifyReply): void {
  const refusal = Refusal.of(new ApiError('MTS-REQ-001'));
  void reply.headers(SECURITY_HEADERS).status(refusal.status).send(envelope(null, refusal.errors));
}

const CLIENT_ERROR_STATUS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Bytes that are no HTTP request: there is nothing to reply to but the socket. */
function answerUnparsable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = CLIENT_ERROR_STATUS[error.code ?? ''] ?? 400;
  const refusal = Refusal.of(new ApiError('ATS-REQ-102', { problem: 'this is not a readable HTTP request' }));
  const body = JSON.stringify(envelope(null, refusal.errors));
  const head = [
    `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: application/json; charset=utf-8',
    ...Object.entries(SECURITY_HEADERS).map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${String(Buffer.byteLength(body))}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
