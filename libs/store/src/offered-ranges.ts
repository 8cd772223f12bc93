import { HELPERS_CALLED_MAX } from '@mts/domain';

import type { Database } from './database.js';
import { isAfter, type OfRequest, type Page } from './page.js';

/** A range that nobody holds and that has work. */
export interface WaitingRange {
  readonly requestId: string;
  readonly n: number;
}

/** Which ranges have work, for whoever calls somebody to it; they are taken from the RangeStore. */
export class OfferedRanges {
  constructor(private readonly database: Database) {}

  /**
   * Ranges that have work and that nobody holds, for which helpers are called: the first of each request, then the second of
   * each; and last those of which only what is to be asked again is left. So no list, however long, hides another.
   */
  async waiting(limit: number): Promise<readonly WaitingRange[]> {
    return this.database.query<WaitingRange>(
      `SELECT r.id AS "requestId", w.n
         FROM request r CROSS JOIN LATERAL (
           SELECT g.n, g.again_at IS NOT NULL AS "isLeft", row_number() OVER (ORDER BY ${WITHIN_A_REQUEST}) AS place FROM range g
            WHERE g.request_id = r.id AND ${offered(`'work'`)} ORDER BY place LIMIT $2
         ) w
        WHERE ${workable(`'work'`)}
        ORDER BY w."isLeft", w.place, r.created_at LIMIT $1`,
      [limit, HELPERS_CALLED_MAX],
    );
  }

  /** Ranges whose seeder has gone without handing them back, those that it left first before others. */
  async left(limit: number): Promise<readonly WaitingRange[]> {
    return this.database.query<WaitingRange>(
      `SELECT r.id AS "requestId", g.n FROM range g JOIN request r ON r.id = g.request_id
        WHERE g.lease_until IS NOT NULL AND ${offered(`'work'`)} AND ${workable(`'work'`)}
        ORDER BY g.lease_until LIMIT $1`,
      [limit],
    );
  }

  /** A page of the requests that have work while nobody works on any of it. */
  async unattended({ limit, afterId }: Page): Promise<readonly OfRequest[]> {
    return this.database.query<OfRequest>(
      `SELECT r.id AS "requestId" FROM request r
        WHERE ${isAfter('r.id')} AND ${workable(`'work'`)} AND ${HAS_OFFERED}
          AND NOT EXISTS (SELECT 1 FROM range g WHERE g.request_id = r.id AND g.finished_at IS NULL AND g.lease_until >= now())
        ORDER BY r.id LIMIT $1`,
      [limit, afterId],
    );
  }

  /** Whether of any other request more is to be worked on now than what is being worked on. */
  async isAnotherWaiting(requestId: string): Promise<boolean> {
    const found = await this.database.query(
      `SELECT 1 FROM request r WHERE r.id <> $1 AND ${workable(`'work'`)} AND ${HAS_OFFERED} LIMIT 1`,
      [requestId],
    );
    return found.length > 0;
  }

  /** Whether more of the request is to be worked on now than what is being worked on. */
  async hasWaiting(requestId: string): Promise<boolean> {
    const found = await this.database.query(
      `SELECT 1 FROM request r WHERE r.id = $1 AND ${workable(`'work'`)} AND ${HAS_OFFERED}`,
      [requestId],
    );
    return found.length > 0;
  }
}

/*
 * The same in SQL: `r` is the request, `g` the range. The purpose is SQL too, of a LeasePurpose.
 */

/**
 * A request is worked on while it is neither ended nor being cancelled nor held; only a probe passes a hold of the profile,
 * and one of a request that is to be probed.
 */
export const workable = (
  purpose: string,
): string => `r.state IN ('submitted', 'processing') AND r.cancel_asked_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM request_hold h WHERE h.request_id = r.id AND (${purpose} <> 'probe' OR h.next_probe_at IS NULL))
  AND (${purpose} = 'probe' OR NOT EXISTS (SELECT 1 FROM profile_hold h WHERE h.profile_id = r.profile_id))`;

/** Whether a range that nobody holds is to be worked on now. What waits to be asked again may still be probed. */
export const offered = (
  purpose: string,
): string => `g.finished_at IS NULL AND g.set_aside_at IS NULL AND (g.lease_until IS NULL OR g.lease_until < now())
  AND (${purpose} = 'probe' OR g.again_at IS NULL OR g.again_at <= now())`;

/** Those that were begun first, then in source order, and last those of which only what is to be asked again is left. */
export const WITHIN_A_REQUEST = 'g.again_at IS NOT NULL, g.epoch = 0, g.n';

/** Of request $1. */
export const FIRST_OFFERED = `
  SELECT g.n FROM range g WHERE g.request_id = $1 AND ${offered(`'work'`)} ORDER BY ${WITHIN_A_REQUEST} LIMIT 1`;

export const HAS_OFFERED = `EXISTS (SELECT 1 FROM range g WHERE g.request_id = r.id AND ${offered(`'work'`)})`;

/** How many of request $1 are to be worked on now; none while anything holds it. */
export const COUNT_OFFERED = `
  SELECT count(*)::int AS ranges FROM request r JOIN range g ON g.request_id = r.id
   WHERE r.id = $1 AND ${workable(`'work'`)} AND ${offered(`'work'`)}`;
