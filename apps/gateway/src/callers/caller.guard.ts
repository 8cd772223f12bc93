import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiError, type Caller } from '@mts/domain';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { type Access, ACCESS_METADATA, TICKET_METADATA } from './access.js';
import { CallerLimits } from './caller-limits.js';
import { Callers } from './callers.js';
import { EventTickets } from './event-tickets.js';

const CHALLENGE = 'Bearer realm="mosip-token-seeder"';

/** Lets a call through to its route when its caller is known, may use it, and does not call too often. */
@Injectable()
export class CallerGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(Callers) private readonly callers: Callers,
    @Inject(CallerLimits) private readonly limits: CallerLimits,
    @Inject(EventTickets) private readonly tickets: EventTickets,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS_METADATA, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (access === 'public') return true;
    if (access === undefined) throw new Error('a route does not say who may use it');
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const takesTicket = this.reflector.get<true | undefined>(TICKET_METADATA, context.getHandler()) ?? false;
    const caller = await this.identify(request, reply, takesTicket);
    this.limits.countCall(caller);
    if (!access.some((role) => caller.roles.has(role))) {
      reply.header('www-authenticate', `${CHALLENGE}, error="insufficient_scope"`);
      throw new ApiError('MTS-AUTH-002', { roles: access });
    }
    request.caller = caller;
    return true;
  }

  /** RFC 6750 section 3: a refusal says how to call, and whether what was sent was wrong. */
  private async identify(
    request: FastifyRequest,
    reply: FastifyReply,
    takesTicket: boolean,
  ): Promise<Caller> {
    try {
      const ticketed = takesTicket ? await this.tickets.identify(request) : undefined;
      return ticketed ?? (await this.callers.identify(request));
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) {
        const { authorization, 'x-api-key': apiKey } = request.headers;
        const isWrong = authorization !== undefined || apiKey !== undefined;
        reply.header('www-authenticate', isWrong ? `${CHALLENGE}, error="invalid_token"` : CHALLENGE);
      }
      throw error;
    }
  }
}
