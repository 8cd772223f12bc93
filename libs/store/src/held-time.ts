import type { Transaction } from './database.js';

/** Adds the seconds from the first of the holds there are, or from where counting stopped, until now. */
const count = (heldSince: string): string =>
  `held_seconds = held_seconds + greatest(0, extract(epoch FROM now() - greatest(${heldSince}, r.started_at, r.held_through))),
   held_through = now()`;

/** Counts how long the request has been held so far. To be called before one of its holds is lifted. */
export async function countHeldTime(tx: Pick<Transaction, 'query'>, requestId: string): Promise<void> {
  await tx.query(
    `UPDATE request r SET ${count('h.since')}
       FROM (SELECT min(since) AS since FROM (
               SELECT since FROM request_hold WHERE request_id = $1
               UNION ALL
               SELECT p.since FROM profile_hold p JOIN request q ON q.profile_id = p.profile_id WHERE q.id = $1
             ) holds) h
      WHERE r.id = $1 AND r.started_at IS NOT NULL AND h.since IS NOT NULL`,
    [requestId],
  );
}

/**
 * The same of all requests of a profile, as part of a statement that lifts the profile's hold: `lifted` names its
 * expression with that hold's `profile_id` and `since`.
 */
export const COUNT_HELD_TIME_OF_PROFILE = `
  UPDATE request r
     SET ${count('least(lifted.since, (SELECT min(q.since) FROM request_hold q WHERE q.request_id = r.id))')}
    FROM lifted
   WHERE r.profile_id = lifted.profile_id AND r.state = 'processing' AND r.started_at IS NOT NULL`;
