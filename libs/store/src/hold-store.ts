import type { HoldKind } from '@mts/domain';

import type { Database } from './database.js';
import { ALL_SEEDERS_HELD, holdsOfRequest, NEXT_TRY_AT, SEEDER_LIVES, SEEDER_TRIES_AT } from './holds.js';

/** One reason why work waits. */
export interface StandingHold {
  /** `seeder`: that one process asks nobody, for a reason of its own. */
  readonly kind: HoldKind | 'seeder';
  /** The request or the seeder that it holds; null where it holds all requests. */
  readonly subject: string | null;
  /** Where that seeder runs; these two are null of anything else, and of a seeder of an earlier version. */
  readonly host: string | null;
  /** The number of its process there. */
  readonly processId: number | null;
  readonly code: string;
  /** For people: what happened and what ends the hold. */
  readonly reason: string;
  readonly since: Date;
  /** When it is next found out whether it is over; null where something else ends it. */
  readonly nextTryAt: Date | null;
}

/** Everything that holds work up, what concerns all first, then the oldest first. */
export async function standingHolds(database: Database): Promise<readonly StandingHold[]> {
  return database.query<StandingHold>(LIST);
}

/** They have faults of their own, of which this is the first one's. */
const ALL_HOLD_THEMSELVES = 'All seeders hold themselves, so nobody is asked. The first of them:';

const LIST = `
  SELECT kind, subject, host, "processId", code, reason, since, "nextTryAt" FROM (
    SELECT 1 AS place, 'profile' AS kind, NULL AS subject, NULL AS host, NULL::integer AS "processId", code, reason, since, ${NEXT_TRY_AT} FROM profile_hold
    UNION ALL
    SELECT 2, 'profile', NULL, NULL, NULL, code, concat('${ALL_HOLD_THEMSELVES} ', reason), since, "nextTryAt" FROM (${ALL_SEEDERS_HELD}) held
     WHERE NOT EXISTS (SELECT 1 FROM profile_hold)
    UNION ALL
    SELECT 3, 'seeder', id::text, host, process_id, held_code, held_reason, held_since, ${SEEDER_TRIES_AT} FROM seeder
     WHERE ${SEEDER_LIVES} AND held_code IS NOT NULL
    UNION ALL
    SELECT 4, h.kind, r.id::text, NULL, NULL, h.code, h.reason, h.since, h."nextTryAt"
      FROM request r, LATERAL (${holdsOfRequest('r.id', 'r.profile_id')}) h
     WHERE h.kind <> 'profile' AND r.state IN ('pulling', 'submitted', 'processing') AND r.cancel_asked_at IS NULL
  ) holds ORDER BY place, since`;
