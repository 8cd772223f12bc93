import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import type { AnswerSigner } from '../crypto/answer-signature.js';
import { answerToNothing, authenticate, type Outcome } from '../service/authenticate.js';
import type { Ida } from '../service/call.js';
import { ENDPOINTS, type Endpoint } from '../service/endpoints.js';
import type { Registration } from '../service/registration.js';
import type { Settings } from '../service/settings.js';
import { NO_STEERING } from '../service/steering.js';
import { handleAdmin, type AdminState } from './admin.js';
import { parseJson, readBody, sendError, sendJson } from './bodies.js';
import { Counters } from './counters.js';
import { strikes, type Faults } from './faults.js';
import { Turns } from './turns.js';

export interface ServerOptions {
  readonly ida: Ida;
  readonly signer: AnswerSigner;
  readonly clock: () => Date;
  /** Told of a defect of the simulator itself; the call is answered with HTTP 500. */
  readonly onDefect: (error: unknown) => void;
}

/** The servlet context of IDA. */
const CONTEXT = '/idauthentication/v1/';
/** Where a deployment of MOSIP publishes the certificate that requests are encrypted for. */
const CERTIFICATE_PATH = '/mosip-certs/ida-partner.cer';
/** Longer than the usual pool keeps an idle connection, so that the caller is the one to close it. */
const KEEP_ALIVE_TIMEOUT_MS = 120_000;

/** IDA's endpoints, and beside them the calls to watch and to disturb it. */
export function createIdaServer(options: ServerOptions): Server {
  const { otps, population, decryptionKeys } = options.ida;
  const turns = new Turns();
  const state: AdminState = {
    counters: new Counters(),
    otps,
    population,
    decryptionKeys,
    faults: {},
    steering: NO_STEERING,
  };
  return createServer({ keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS }, (request, response) => {
    route(options, state, turns, request, response).catch((error: unknown) => {
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
  turns: Turns,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '').replace(/[?#].*$/, '');
  if (path === CERTIFICATE_PATH) return sendCertificate(options.ida, request, response);
  if (!path.startsWith(CONTEXT)) return handleAdmin(state, request, path, response);
  const segments = path
    .slice(CONTEXT.length)
    .split('/')
    .filter((segment) => segment !== '');
  const [name = ''] = segments;
  const endpoint = Object.hasOwn(ENDPOINTS, name) ? ENDPOINTS[name] : undefined;
  if (endpoint === undefined)
    return sendError(response, 404, 'IDA has no such endpoint here; see the README');
  if (request.method !== 'POST') return sendError(response, 405, 'IDA takes POST here');
  state.counters.callStarted(name);
  response.once('close', () => state.counters.callEnded());
  return serve(options, state, turns, { endpoint, segments, request, response });
}

interface Exchange {
  readonly endpoint: Endpoint;
  readonly segments: readonly string[];
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function serve(
  options: ServerOptions,
  state: AdminState,
  turns: Turns,
  exchange: Exchange,
): Promise<void> {
  const { faults, counters } = state;
  const { request, response } = exchange;
  const text = await readBody(request);
  if (text === undefined) return sendError(response, 413, 'the body is too large');
  if (faults.httpStatus !== undefined && strikes(faults.httpStatusRate ?? 1)) {
    return sendAsGateway(response, faults.httpStatus);
  }
  if (faults.html === true) return sendAsGateway(response, 200);
  await turns.take();
  const outcome = carryOut(options, state, exchange, text);
  if ('lookedUp' in outcome && outcome.lookedUp !== undefined) {
    counters.lookedUp(outcome.lookedUp);
    response.once('close', () => {
      if (!response.writableFinished) counters.leftUnanswered();
    });
  }
  if (outcome.kind === 'endless' || faults.hang === true || strikes(faults.hangRate ?? 0)) return;
  const delayMs = (faults.latencyMs ?? 0) + Math.random() * (faults.jitterMs ?? 0);
  if (delayMs > 0) await delay(delayMs);
  if (strikes(faults.resetRate ?? 0)) {
    request.socket.resetAndDestroy();
    return;
  }
  if (outcome.kind !== 'answer') return sendAsContainer(response, CONTAINER_ERRORS[outcome.kind]);
  counters.answered(outcome.codes);
  const signature = await signatureFor(outcome.body, options, faults);
  response
    .writeHead(200, { 'content-type': 'application/json;charset=UTF-8', ...signature })
    .end(outcome.body);
}

async function signatureFor(
  body: string,
  { signer }: ServerOptions,
  { badSignature, noSignature }: Faults,
): Promise<{ readonly 'response-signature'?: string }> {
  if (noSignature === true) return {};
  return { 'response-signature': await signer.sign(badSignature === true ? `${body} ` : body) };
}

function carryOut(
  options: ServerOptions,
  { faults, steering }: AdminState,
  exchange: Exchange,
  text: string,
): Outcome {
  const { endpoint, segments, request } = exchange;
  const now = new Date(options.clock().getTime() + (faults.clockOffsetMs ?? 0));
  const body = text === '' ? null : parseJson(text);
  if (body === null) return answerToNothing(endpoint, now, options.ida);
  if (typeof body !== 'object' || Array.isArray(body)) {
    return options.ida.profile.unreadableBody === 'uncaught'
      ? { kind: 'uncaught' }
      : answerToNothing(endpoint, now, options.ida);
  }
  const incoming = {
    segments,
    signature: header(request, 'signature'),
    authorization: header(request, 'authorization'),
    text,
    body: body as Readonly<Record<string, unknown>>,
    now,
  };
  return authenticate(endpoint, incoming, {
    ...options.ida,
    registration: withFaults(options.ida.registration, faults),
    settings: faults.tokensOff === true ? withoutTokens(options.ida.settings) : options.ida.settings,
    steering,
    fixedOtp: faults.fixedOtp,
  });
}

function withoutTokens(settings: Settings): Settings {
  return { ...settings, tokenInAnswer: 'left out' };
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

const CONTAINER_ERRORS = {
  uncaught: { status: 500, error: 'Internal Server Error' },
  'not found': { status: 404, error: 'Not Found' },
} as const;

/** Spring Boot's own page; unsigned, and here without the path, which holds secrets. */
function sendAsContainer(
  response: ServerResponse,
  { status, error }: (typeof CONTAINER_ERRORS)[keyof typeof CONTAINER_ERRORS],
): void {
  sendJson(response, status, { timestamp: new Date().toISOString(), status, error });
}

function sendCertificate(
  { decryptionKeys }: Ida,
  { method }: IncomingMessage,
  response: ServerResponse,
): void {
  if (method !== 'GET') return sendError(response, 405, 'the certificate can only be read');
  response
    .writeHead(200, { 'content-type': 'application/x-x509-ca-cert' })
    .end(decryptionKeys.certificate.toString());
}

function sendAsGateway(response: ServerResponse, status: number): void {
  response
    .writeHead(status, { 'content-type': 'text/html' })
    .end(`<html><body><h1>${status}</h1></body></html>`);
}
