import type { RequestState } from '@mts/domain';

import type { Transaction } from './database.js';
import { endLeases, endRequest } from './request-end.js';

/**
 * Ends a request that was asked to be cancelled, unless somebody still works on it: then whoever hands back the last
 * range does, or the reconciler when nobody is left. The caller holds a lock on its row.
 *
 * Records without an outcome stay as they are: one that IDA was never asked about is `submitted`, any other `unknown`.
 *
 * @returns whether it has ended
 */
export async function endIfCancelled(
  tx: Transaction,
  requestId: string,
  from: RequestState,
): Promise<boolean> {
  const [busy] = await tx.query('SELECT 1 FROM range WHERE request_id = $1 AND lease_until > now() LIMIT 1', [
    requestId,
  ]);
  if (busy !== undefined) return false;
  // What a frozen seeder still brings must change nothing: the results may have been read.
  await endLeases(tx, requestId);
  await tx.query(MARK_UNKNOWN, [requestId]);
  await endRequest(tx, requestId, from, 'cancelled');
  return true;
}

/**
 * Only the few ranges that were begun and not finished are looked at: a long list is cancelled as fast as a short one.
 * A record is known not to have been asked when it is above the sent mark, or was withdrawn from the first ask. Its twins are
 * told as it is; those of one that was answered, too, where its answer did not reach them any more.
 */
const MARK_UNKNOWN = `
  WITH unsure AS (
    UPDATE record r SET state = 'unknown', error_code = 'MTS-IDA-005'
      FROM range g
     WHERE g.request_id = $1 AND g.finished_at IS NULL AND g.sent_through_line >= g.from_line
       AND r.request_id = $1 AND r.line BETWEEN g.from_line AND g.sent_through_line AND r.twin_of_line IS NULL
       AND (r.state IN ('sent', 'unknown') OR (r.state = 'submitted' AND (NOT r.withdrawn OR r.attempts > 0)))
    RETURNING r.line
  ), asked AS (
    SELECT line FROM unsure
     UNION ALL
    SELECT r.line FROM range g JOIN record r
        ON r.request_id = $1 AND r.line BETWEEN g.from_line AND g.sent_through_line AND r.twin_of_line IS NULL
     WHERE g.request_id = $1 AND g.finished_at IS NULL AND g.sent_through_line >= g.from_line
       AND r.state IN ('processed', 'error')
  )
  UPDATE record t SET state = 'unknown', error_code = 'MTS-IDA-005'
    FROM asked WHERE t.request_id = $1 AND t.twin_of_line = asked.line AND t.state IN ('submitted', 'sent', 'unknown')`;
