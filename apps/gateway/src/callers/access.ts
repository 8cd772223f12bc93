import {
  createParamDecorator,
  type CustomDecorator,
  type ExecutionContext,
  SetMetadata,
} from '@nestjs/common';
import type { Caller, Role } from '@mts/domain';
import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by CallerGuard before any controller runs; absent on public routes. */
    caller?: Caller;
  }
}

const ACCESS = 'mts access';

/** Who may use a route: anybody, or a caller with one of the roles. */
export type Access = 'public' | readonly Role[];

/** Every route says who may use it; one that does not say is closed (see CallerGuard). */
export const Needs = (...roles: readonly [Role, ...Role[]]): CustomDecorator => SetMetadata(ACCESS, roles);

/** For what tells nothing that is not in the documentation. */
export const Public = (): CustomDecorator => SetMetadata(ACCESS, 'public' satisfies Access);

export const ACCESS_METADATA = ACCESS;

/** The caller of a route that is not public. */
export const TheCaller = createParamDecorator((_data: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  if (caller === undefined) throw new Error('a route that is public asks who calls');
  return caller;
});
