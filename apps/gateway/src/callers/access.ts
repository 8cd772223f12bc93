import {
  applyDecorators,
  createParamDecorator,
  type CustomDecorator,
  type ExecutionContext,
  SetMetadata,
  type Type,
} from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { ApiExtension, ApiSecurity } from '@nestjs/swagger';
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

/** The names of the ways to authenticate in the OpenAPI document. */
export const SECURITY = ['bearer', 'apiKey'] as const;
/** Says in the OpenAPI document which roles may use a route. */
export const ROLES_EXTENSION = 'x-roles';

/** Every route says who may use it: a caller with one of the roles. */
export const Needs = (...roles: readonly [Role, ...Role[]]): MethodDecorator =>
  applyDecorators(
    SetMetadata(ACCESS, roles),
    ApiExtension(ROLES_EXTENSION, roles),
    ...SECURITY.map((name) => ApiSecurity(name)),
  );

/** For what tells nothing that is not in the documentation. */
export const Public = (): CustomDecorator => SetMetadata(ACCESS, 'public' satisfies Access);

export const ACCESS_METADATA = ACCESS;

const TICKET = 'mts ticket';

/** Beside {@link Needs}: the route also takes a one-time ticket, see EventTickets. */
export const OrTicket = (): CustomDecorator => SetMetadata(TICKET, true);

export const TICKET_METADATA = TICKET;

/** The caller of a route that is not public. */
export const TheCaller = createParamDecorator((_data: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  if (caller === undefined) throw new Error('a route that is public asks who calls');
  return caller;
});

/** @throws when a route of a controller does not say who may use it: a start that fails is better than an open door */
export function assertAccess(controllers: readonly Type[]): void {
  for (const { name, prototype } of controllers as readonly { name: string; prototype: object }[]) {
    for (const key of Object.getOwnPropertyNames(prototype)) {
      const method: unknown = Object.getOwnPropertyDescriptor(prototype, key)?.value;
      if (typeof method !== 'function' || !Reflect.hasMetadata(METHOD_METADATA, method)) continue;
      if (!Reflect.hasMetadata(ACCESS, method)) {
        throw new Error(`${name}.${key} does not say who may use it: it needs @Needs or @Public`);
      }
    }
  }
}
