import { createHash, randomBytes } from 'node:crypto';

import { Inject, Injectable } from '@nestjs/common';
import { ApiError, type Caller } from '@mts/domain';
import { TicketStore } from '@mts/store';
import type { FastifyRequest } from 'fastify';

import { UUID } from '../requests/own-requests.js';

/** Long enough to open a stream, short enough that a URL that is seen later opens nothing. */
export const TICKET_GOOD_FOR_SECONDS = 60;
const TICKET_LENGTH_BYTES = 32;

export interface EventTicket {
  readonly ticket: string;
  readonly expiresAt: Date;
}

/**
 * One-time tickets: a browser's EventSource cannot send a header, and a lasting credential must not stand in a URL. Each
 * opens the events of one request, once.
 */
@Injectable()
export class EventTickets {
  constructor(@Inject(TicketStore) private readonly store: TicketStore) {}

  /** For a caller that may see the request. */
  async issue(requestId: string, { owner }: Caller): Promise<EventTicket> {
    const ticket = randomBytes(TICKET_LENGTH_BYTES).toString('base64url');
    const expiresAt = await this.store.issue(hashOf(ticket), requestId, owner, TICKET_GOOD_FOR_SECONDS);
    return { ticket, expiresAt };
  }

  /**
   * Whose ticket the call brings, which is used up by it; undefined when it brings none.
   *
   * @returns a caller that may see the request of the call's path, which the ticket was made for
   * @throws ApiError MTS-AUTH-001
   */
  async identify(request: FastifyRequest): Promise<Caller | undefined> {
    const { ticket } = request.query as { ticket?: unknown };
    // HEAD opens no stream, and uses nothing up.
    if (ticket === undefined || request.method !== 'GET') return undefined;
    const { id } = request.params as { id: string };
    const mayBeGood = typeof ticket === 'string' && UUID.test(id);
    const owner = mayBeGood ? await this.store.redeem(hashOf(ticket), id) : undefined;
    if (owner !== undefined) return { owner, name: 'ticket', roles: new Set(['operate']) };
    throw new ApiError('MTS-AUTH-001', {
      problem: 'this ticket is not good, or not any more; make a new one for each stream',
    });
  }
}

/** Without salt or stretching: nobody guesses 256 random bits. */
function hashOf(ticket: string): Buffer {
  return createHash('sha256').update(ticket).digest();
}
