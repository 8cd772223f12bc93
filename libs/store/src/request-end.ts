import { assertRequestMove, type RequestState } from '@mts/domain';

import type { Transaction } from './database.js';
import { eraseRequestKeys } from './key-store.js';

/**
 * Who waits for a request is woken by a notification on this channel of the database, with the request's id. It says only
 * that something has changed: the tables are the truth, and whoever listens looks now and then anyway.
 */
export const requestChannel = (schema: string): string => `${schema}_request`;
/** What stands in the place of a request's id when a profile has been held: whoever works for it looks at once. */
export const profileTopic = (profileId: string): string => `profile/${profileId}`;
/** The same when somebody asks for a preflight, for whatever held a seeder may be mended. */
export const mendedTopic = (profileId: string): string => `mended/${profileId}`;
const NOTIFY = `SELECT pg_notify(current_schema() || '_request', $1)`;

/** Tells whoever follows the request that something about it has changed. Goes out when the transaction commits. */
export async function notifyOf(tx: Pick<Transaction, 'query'>, requestId: string): Promise<void> {
  await tx.query(NOTIFY, [requestId]);
}

/**
 * Ends a request whose records are all final, or that is never to be asked: finds the records that are one person, lets
 * the input go that nobody needs any more, and makes the delivery due. The caller holds a lock on its row.
 */
export async function endRequest(
  tx: Transaction,
  requestId: string,
  from: RequestState,
  to: Extract<RequestState, 'processed' | 'processed_with_errors' | 'submitted_with_errors' | 'cancelled'>,
): Promise<void> {
  assertRequestMove(from, to);
  await tx.query('SET LOCAL enable_nestloop = off');
  const duplicates = await tx.query(FIND_DUPLICATES, [requestId]);
  await tx.query('SET LOCAL enable_nestloop = on');
  const [ended] = await tx.query<{ keepsInput: boolean }>(END, [requestId, to, duplicates.length]);
  // There is nothing left to be held; and one that is begun again is not to be held, or to have expired, because of before.
  await tx.query('DELETE FROM request_hold WHERE request_id = $1', [requestId]);
  if (ended?.keepsInput === false) await eraseRequestKeys(tx, requestId, ['input']);
  await tx.query(to === 'cancelled' ? DELIVERY_WITHHELD : DELIVERY_DUE, [requestId]);
  await notifyOf(tx, requestId);
}

/**
 * Erases what can be opened of a request that has ended or never began: its keys, and whatever names it or the way to its
 * source and target. Its summary stays; its rows are erased afterwards. The caller holds a lock on its row.
 */
export async function archiveRequest(tx: Transaction, requestId: string, from: RequestState): Promise<void> {
  assertRequestMove(from, 'archived');
  await endLeases(tx, requestId);
  await eraseRequestKeys(tx, requestId, ['input', 'results']);
  for (const statement of ARCHIVE) await tx.query(statement, [requestId]);
  await notifyOf(tx, requestId);
}

/** Of a delivery that is taken away from whoever holds it: the lease ends, but stays, for a call may be under way. */
export const LEASE_OVER = 'lease_until = CASE WHEN lease_until > now() THEN now() ELSE lease_until END';

/**
 * Takes all leases of a request away: what a seeder still brings comes too late, and is kept nowhere. The caller holds a lock
 * on the request's row. Whatever locks several ranges locks them in the same order.
 */
export async function endLeases(tx: Transaction, requestId: string): Promise<void> {
  await tx.query(
    `UPDATE range SET epoch = epoch + 1, lease_until = NULL
      WHERE request_id = $1 AND n IN (SELECT n FROM range WHERE request_id = $1 AND lease_until IS NOT NULL ORDER BY n FOR UPDATE)`,
    [requestId],
  );
}

const ARCHIVE = [
  `UPDATE request
      SET state = 'archived', archived_at = now(), sealed_options = NULL, sealed_correlation = NULL
    WHERE id = $1`,
  'UPDATE pull SET sealed_source = NULL WHERE request_id = $1',
  // The epoch stops whoever delivers, at once.
  `UPDATE delivery
      SET sealed_target = NULL, epoch = epoch + 1, ${LEASE_OVER},
          ended_at = CASE WHEN state IN ('pending','waiting','delivering') THEN now() ELSE ended_at END,
          state = CASE WHEN state IN ('pending','waiting','delivering') THEN 'withheld' ELSE state END
    WHERE request_id = $1`,
  'DELETE FROM idempotency WHERE request_id = $1',
  'DELETE FROM event_ticket WHERE request_id = $1',
];

/** Statistics know nothing of tokens that came a moment ago: joined by hash, see request-store.ts. */
const FIND_DUPLICATES = `
  UPDATE record r SET same_as_line = f.line
    FROM (SELECT token_index, min(line) AS line FROM record
           WHERE request_id = $1 AND token_index IS NOT NULL GROUP BY token_index HAVING count(*) > 1) f
   WHERE r.request_id = $1 AND r.token_index = f.token_index AND r.line <> f.line
  RETURNING 1`;

const END = `
  UPDATE request
     SET state = $2, ended_at = now(), duplicates = $3,
         sealed_options = CASE WHEN keeps_input THEN sealed_options END
   WHERE id = $1
  RETURNING keeps_input AS "keepsInput"`;

const DELIVERY_DUE = `
  UPDATE delivery SET state = 'waiting', next_try_at = now(), due_since = now(), attempts = 0, code = NULL, reason = NULL, ended_at = NULL
   WHERE request_id = $1`;

/** Whoever cancelled the request did not want its results; who wants them after all asks for the delivery. */
const DELIVERY_WITHHELD = `UPDATE delivery SET state = 'withheld', ended_at = now() WHERE request_id = $1`;
