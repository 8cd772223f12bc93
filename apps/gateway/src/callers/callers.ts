import { type Caller, ROLES } from '@mts/domain';
import type { FastifyRequest } from 'fastify';

/** Whoever reaches a gateway that only listens on loopback. */
const LOCAL: Caller = { owner: 'default', name: 'local', roles: new Set(ROLES) };

/** Tells who calls. */
export class Callers {
  /** @throws ApiError MTS-AUTH-001 for a caller that is not known */
  async identify(_request: FastifyRequest): Promise<Caller> {
    return Promise.resolve(LOCAL);
  }
}
