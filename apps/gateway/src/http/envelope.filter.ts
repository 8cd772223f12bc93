import { type ArgumentsHost, Catch, type ExceptionFilter, NotFoundException } from '@nestjs/common';
import { ApiError, type ErrorCode } from '@mts/domain';
import type { Logger } from '@mts/platform';
import { UploadGoneError } from '@mts/store';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { envelope } from './envelope.js';
import { Refusal } from './refusal.js';
import type { RouteTable } from './route-table.js';
import { systemFault } from './system-fault.js';

/** Turns whatever is thrown into the one envelope. */
@Catch()
export class EnvelopeFilter implements ExceptionFilter {
  constructor(
    private readonly routes: RouteTable,
    private readonly logger: Logger,
    /** Told when something was refused because the database has no room. */
    private readonly onNoRoom: () => void,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const refusal = this.refusal(error, request, reply);
    // The route's pattern and not the URL: what callers put into a path may be anything.
    const route = request.routeOptions.url ?? 'none';
    if (refusal.status >= 500) {
      this.logger.error('a call failed', { route, status: refusal.status, error: error as Error });
    }
    if (speaksOf(refusal, 'MTS-SYS-002')) this.onNoRoom();
    if (reply.sent || reply.raw.headersSent) return;
    letTheCallerFinish(request);
    if (STRANGERS.has(refusal.status)) limitStranger(request);
    if (error instanceof ApiError && error.retryAfterSeconds !== undefined)
      reply.header('retry-after', error.retryAfterSeconds);
    // Of a caller that has fallen silent no more is to be expected.
    if (speaksOf(refusal, 'MTS-REQ-005')) reply.header('connection', 'close');
    void reply
      .status(refusal.status)
      .type('application/json; charset=utf-8')
      .send(envelope(null, refusal.errors));
  }

  private refusal(error: unknown, request: FastifyRequest, reply: FastifyReply): Refusal {
    if (error instanceof Refusal) return error;
    if (error instanceof ApiError) return Refusal.of(error);
    if (error instanceof NotFoundException) return Refusal.of(this.noSuchRoute(request, reply));
    if (error instanceof UploadGoneError) return Refusal.of(new ApiError('MTS-REQ-005'));
    const fault = systemFault(error) ?? unreadableRequest(error) ?? new ApiError('ATS-REQ-100');
    return Refusal.of(fault);
  }

  private noSuchRoute(request: FastifyRequest, reply: FastifyReply): ApiError {
    const methods = this.routes.methodsOf(request.originalUrl);
    // A path that stands for many (`/docs/*`) may take the method and still lead nowhere.
    if (methods.length === 0 || methods.includes(request.method)) return new ApiError('MTS-REQ-001');
    reply.header('allow', methods.join(', '));
    return new ApiError('MTS-REQ-002');
  }
}

function speaksOf({ errors }: Refusal, code: ErrorCode): boolean {
  return errors.some(({ errorCode }) => errorCode === code);
}

/** What Fastify and Nest find wrong with a request before it reaches us, told from its status. */
export function unreadableRequest(error: unknown): ApiError | undefined {
  const status = statusOf(error);
  if (status === 415) return new ApiError('MTS-REQ-004');
  return status >= 400 && status < 500 ? new ApiError('ATS-REQ-102') : undefined;
}

/** Fastify's errors hold it as `statusCode`, Nest's as `status`. */
function statusOf(error: unknown): number {
  if (!(error instanceof Error)) return 0;
  if ('statusCode' in error && typeof error.statusCode === 'number') return error.statusCode;
  return 'status' in error && typeof error.status === 'number' ? error.status : 0;
}

/** Of whoever is not known, or calls too much: no more of a body is read than an honest client may have on its way. */
const STRANGERS: ReadonlySet<number> = new Set([401, 403, 429]);
const STRANGER_BODY_BYTES_MAX = 16_000_000;
const STRANGER_BODY_TIME_MS = 30_000;

function limitStranger({ raw }: FastifyRequest): void {
  if (raw.readableEnded) return;
  let leftBytes = STRANGER_BODY_BYTES_MAX;
  const late = setTimeout(() => raw.destroy(), STRANGER_BODY_TIME_MS).unref();
  raw.once('close', () => clearTimeout(late));
  raw.on('data', (chunk: Uint8Array) => {
    leftBytes -= chunk.length;
    if (leftBytes < 0) raw.destroy();
  });
}

/** Most clients read the answer only when they have sent all: what is left of the body is read and dropped. */
function letTheCallerFinish({ raw }: FastifyRequest): void {
  if (raw.readableEnded) return;
  raw.unpipe();
  raw.resume();
}
