import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiError } from '@mts/domain';
import type { FastifyRequest } from 'fastify';

import { type Access, ACCESS_METADATA } from './access.js';
import { Callers } from './callers.js';

/** Lets a call through to its route when its caller is known and may use it. */
@Injectable()
export class CallerGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(Callers) private readonly callers: Callers,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS_METADATA, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (access === 'public') return true;
    if (access === undefined) throw new Error('a route does not say who may use it');
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const caller = await this.callers.identify(request);
    if (!access.some((role) => caller.roles.has(role))) throw new ApiError('MTS-AUTH-002');
    request.caller = caller;
    return true;
  }
}
