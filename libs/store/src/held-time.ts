import type { Transaction } from './database.js';
import { ALL_SEEDERS_HELD_SINCE } from './holds.js';

/**
 * What of the time since its start a request was held, for the estimate of what is left: all from the first of its holds
 * until the last has ended. A hold of the profile has begun with the last call that IDA had answered: those that were in
 * vain before it showed tell nothing of how fast IDA answers. Ranges that are set aside, or wait because of a fault, hold
 * no others up.
 */

/** Adds the seconds from that moment, or from where counting stopped, until now. @param since SQL */
const count = (since: string): string =>
  `held_seconds = held_seconds + greatest(0, extract(epoch FROM now() - greatest(${since}, r.started_at, r.held_through))),
   held_through = now()`;

/** SQL: since when something holds `r`; null when nothing does. */
const HELD_SINCE = `least(
  (SELECT min(h.since) FROM request_hold h WHERE h.request_id = r.id),
  (SELECT least(p.since, p.unanswered_since) FROM profile_hold p WHERE p.profile_id = r.profile_id),
  ${ALL_SEEDERS_HELD_SINCE})`;

/** Counts how long the request has been held so far. To be called before one of its holds is lifted. */
export async function countHeldTime(tx: Pick<Transaction, 'query'>, requestId: string): Promise<void> {
  await tx.query(
    `UPDATE request r SET ${count(HELD_SINCE)}
      WHERE r.id = $1 AND r.started_at IS NOT NULL AND ${HELD_SINCE} IS NOT NULL`,
    [requestId],
  );
}

const IS_BEGUN = `r.state = 'processing' AND r.started_at IS NOT NULL`;
/** Whatever locks several requests locks them in the same order. */
const IN_ORDER = 'ORDER BY r.id FOR NO KEY UPDATE OF r';

/**
 * The same of all requests of a profile, as part of a statement that lifts the profile's hold: `lifted` names its
 * expression with that hold's `profile_id`.
 */
export const COUNT_HELD_TIME_OF_PROFILE = `
  UPDATE request r SET ${count(HELD_SINCE)}
   WHERE ${IS_BEGUN} AND r.id IN (
     SELECT r.id FROM request r, lifted WHERE r.profile_id = lifted.profile_id AND ${IS_BEGUN} ${IN_ORDER})`;

/**
 * The same of all requests where all seeders hold themselves, as part of a statement after which one does not any more, or
 * is gone: all of that sees what was before it.
 */
export const COUNT_HELD_TIME_OF_SEEDERS = `
  UPDATE request r SET ${count(HELD_SINCE)}
   WHERE ${IS_BEGUN} AND r.id IN (
     SELECT r.id FROM request r WHERE ${IS_BEGUN} AND ${ALL_SEEDERS_HELD_SINCE} IS NOT NULL ${IN_ORDER})`;
