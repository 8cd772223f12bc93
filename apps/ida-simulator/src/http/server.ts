import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import type { AnswerSigner } from '../crypto/answer-signature.js';
import { answerToNothing, authenticate, type Outcome } from '../service/authenticate.js';
import type { Ida } from '../service/call.js';
import { ENDPOINTS, type Endpoint } from '../service/endpoints.js';
import type { Registration } from '../service/registration.js';
import { handleAdmin, type AdminState } from './admin.js';
import { parseJson, readBody, sendError, sendJson } from './bodies.js';
import { Counters } from './counters.js';
import { strikes, type Faults } from './faults.js';

export interface ServerOptions {
  readonly ida: Ida;
  readonly signer: AnswerSigner;
  readonly clock: () => Date;
  /** Told of a defect of the simulator itself; the call is answered with HTTP 500. */
  readonly onDefect: (error: unknown) => void;
}

/** The servlet context of IDA. */
const CONTEXT = '/idauthentication/v1/';
/** Longer than the usual pool keeps an idle connection, so that the caller is the one to close it. */
const KEEP_ALIVE_TIMEOUT_MS = 120_000;

/** IDA's endpoints, and beside them the calls to watch and to disturb it. */
export function createIdaServer(options: ServerOptions): Server {
  const state: AdminState = { counters: new Counters(), faults: {} };
  return createServer({ keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS }, (request, response) => {
    route(options, state, request, response).catch((error: unknown) => {
      if (isCallerGone(error)) return;
      options.onDefect(error);
      if (response.headersSent) response.destroy();
      else sendError(response, 500, 'the simulator itself failed');
    });
  });
}

/** What reading the body throws when the caller breaks off. */
function isCallerGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNRESET';
}

async function route(
  options: ServerOptions,
  state: AdminState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '').replace(/[?#].*$/, '');
  if (!path.startsWith(CONTEXT)) return handleAdmin(state, request, path, response);
  const segments = path
    .slice(CONTEXT.length)
    .split('/')
    .filter((segment) => segment !== '');
  const endpoint = ENDPOINTS[segments[0] ?? ''];
  if (endpoint === undefined)
    return sendError(response, 404, 'IDA has no such endpoint here; see the README');
  if (request.method !== 'POST') return sendError(response, 405, 'IDA takes POST here');
  state.counters.callStarted();
  response.once('close', () => state.counters.callEnded());
  return serve(options, state, { endpoint, segments, request, response });
}

interface Exchange {
  readonly endpoint: Endpoint;
  readonly segments: readonly string[];
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function serve(
  options: ServerOptions,
  { faults, counters }: AdminState,
  exchange: Exchange,
): Promise<void> {
  const { request, response } = exchange;
  const text = await readBody(request);
  if (text === undefined) return sendError(response, 413, 'the body is too large');
  if (faults.httpStatus !== undefined && strikes(faults.httpStatusRate ?? 1)) {
    return sendAsGateway(response, faults.httpStatus);
  }
  const outcome = carryOut(options, faults, exchange, text);
  if (outcome.kind !== 'uncaught' && outcome.lookedUp !== undefined) counters.lookedUp(outcome.lookedUp);
  if (faults.hang === true || outcome.kind === 'endless') return;
  const delayMs = (faults.latencyMs ?? 0) + Math.random() * (faults.jitterMs ?? 0);
  if (delayMs > 0) await delay(delayMs);
  if (strikes(faults.resetRate ?? 0)) {
    request.socket.resetAndDestroy();
    return;
  }
  if (outcome.kind === 'uncaught') return sendInternalServerError(response);
  const signature = await options.signer.sign(
    faults.badSignature === true ? `${outcome.body} ` : outcome.body,
  );
  response
    .writeHead(200, { 'content-type': 'application/json;charset=UTF-8', 'response-signature': signature })
    .end(outcome.body);
}

function carryOut(options: ServerOptions, faults: Faults, exchange: Exchange, text: string): Outcome {
  const { endpoint, segments, request } = exchange;
  const now = new Date(options.clock().getTime() + (faults.clockOffsetMs ?? 0));
  if (text === '') return { kind: 'answer', body: answerToNothing(endpoint, now), lookedUp: undefined };
  const body = parseJson(text);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return { kind: 'uncaught' };
  const incoming = {
    segments,
    signature: header(request, 'signature'),
    authorization: header(request, 'authorization'),
    text,
    body: body as Readonly<Record<string, unknown>>,
    now,
  };
  const registration = withFaults(options.ida.registration, faults);
  return authenticate(endpoint, incoming, { ...options.ida, registration });
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function withFaults(registration: Registration, { mispExpired, partnerInactive }: Faults): Registration {
  const { partner, misp } = registration;
  return {
    ...registration,
    partner: partnerInactive === true ? { ...partner, status: 'INACTIVE' } : partner,
    misp: mispExpired === true ? { ...misp, period: { from: new Date(0), to: new Date(0) } } : misp,
  };
}

/** Spring Boot's own page for what nothing caught; unsigned, and here without the path, which holds secrets. */
function sendInternalServerError(response: ServerResponse): void {
  sendJson(response, 500, {
    timestamp: new Date().toISOString(),
    status: 500,
    error: 'Internal Server Error',
  });
}

function sendAsGateway(response: ServerResponse, status: number): void {
  response
    .writeHead(status, { 'content-type': 'text/html' })
    .end(`<html><body><h1>${status}</h1></body></html>`);
}
