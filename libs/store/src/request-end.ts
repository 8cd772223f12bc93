import { assertRequestMove, type RequestState } from '@mts/domain';

import type { Transaction } from './database.js';

/**
 * Who waits for a request is woken by a notification on this channel of the database, with the request's id. It says only
 * that something has changed: the tables are the truth, and whoever listens looks now and then anyway.
 */
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
  await tx.query(END, [requestId, to, duplicates.length]);
  await tx.query(DELIVERY_DUE, [requestId]);
  await notifyOf(tx, requestId);
}

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
         wrapped_input_key = CASE WHEN keeps_input THEN wrapped_input_key END,
         sealed_options = CASE WHEN keeps_input THEN sealed_options END
   WHERE id = $1`;

const DELIVERY_DUE = `
  UPDATE delivery SET state = 'waiting', next_try_at = now(), due_since = now(), attempts = 0, code = NULL, reason = NULL, ended_at = NULL
   WHERE request_id = $1`;
