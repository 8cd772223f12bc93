import { assertRequestMove, type ErrorCode, errorText, isFinished, type RequestState } from '@mts/domain';

import { PROBE_NEW_WORK } from './back-off.js';
import { CALLER_LOCK_WAIT_MS, type Database, type Transaction } from './database.js';
import { withholdDelivery } from './delivery-store.js';
import { countHeldTime } from './held-time.js';
import { hasKey } from './key-store.js';
import { COUNT_OFFERED } from './offered-ranges.js';
import { isAfter, type OfRequest, type Page } from './page.js';
import { endIfCancelled } from './request-cancel.js';
import { archiveRequest, LEASE_OVER, notifyOf } from './request-end.js';
import { RANGE_LENGTH_RECORDS, type RequestStore } from './request-store.js';
import { TRY_ALL_AGAIN } from './set-aside-store.js';

/** What lifts a hold: only whoever set it. `operator` is what {@link SteeringStore.pause} sets. */
export type LiftedHold = 'operator' | 'request';

/**
 * - `cancelled`: it has ended so, now or before.
 * - `cancelling`: no record is asked any more; it ends when those in flight are answered.
 * - `withheld`: it had ended otherwise, and nothing more of it is delivered, now or since before.
 * - `ended`: it had ended otherwise, nothing of it is to be delivered, and it stays as it is.
 */
export type Cancellation = 'cancelled' | 'cancelling' | 'withheld' | 'ended';

/**
 * - `paused`: it rests, now or since before.
 * - `cancelling`: it is being cancelled, and never goes on.
 * - `ended`: it does not work any more.
 */
export type Pause = 'paused' | 'cancelling' | 'ended';

/**
 * - `resumed`: holds with these codes were lifted, of which there may be none, and work waits in so many ranges, none while
 *   something else holds the request.
 * - `cancelling` and `ended`: as of a {@link Pause}.
 */
export type Resumption =
  | { readonly kind: 'resumed'; readonly codes: readonly string[]; readonly ranges: number }
  | { readonly kind: 'cancelling' | 'ended' };

/**
 * - `again`: so many records wait to be asked again, in so many ranges.
 * - `works`, `ended` and `cancelled`: only a request that has ended with errors has records to ask again. One that is being
 *   cancelled counts as `cancelled`.
 * - `awaited`: it was one person, whose caller was answered; of that nothing is asked again.
 * - `erased`: the records are not kept any more.
 * - `none`: no record ended with one of the codes.
 */
export type Retry =
  | { readonly kind: 'again'; readonly records: number; readonly ranges: number }
  | { readonly kind: 'works' | 'ended' | 'cancelled' | 'awaited' | 'erased' | 'none' };

/** Rows that are left cannot be opened any more; the housekeeping erases them. */
export type Erasure = 'nothing was there' | 'none is left' | 'some are left';

interface Locked {
  readonly state: RequestState;
  readonly awaited: boolean;
  readonly isCancelAsked: boolean;
}

const PAUSED = 'MTS-REQ-007' satisfies ErrorCode;
const PULL_CANCELLED = 'MTS-REQ-010' satisfies ErrorCode;

/** What callers and operators do with a request that there is. Each is safe to be done twice, and by several at once. */
export class SteeringStore {
  constructor(
    private readonly database: Database,
    private readonly requests: RequestStore,
  ) {}

  /** Holds the request until {@link resume}; what IDA has been asked is finished. */
  async pause(id: string): Promise<Pause> {
    return this.database.transaction(async (tx) => {
      const standing = await lockToSteer(tx, id);
      if (standing !== 'works') return standing;
      await tx.query(
        `INSERT INTO request_hold (request_id, kind, code, reason) VALUES ($1, 'operator', $2, $3) ON CONFLICT DO NOTHING`,
        [id, PAUSED, errorText(PAUSED, { requestId: id })],
      );
      await notifyOf(tx, id);
      return 'paused';
    });
  }

  /**
   * Lifts one hold, if it is there; what else holds the request stays. Ranges that wait because of a fault, or were set
   * aside, are tried again.
   * @param tx of whoever posts the jobs for the ranges that wait; without it they are left to the reconciler
   */
  async resume(id: string, kind: LiftedHold, tx?: Transaction): Promise<Resumption> {
    if (tx === undefined) return this.database.transaction(async (own) => this.resume(id, kind, own));
    const standing = await lockToSteer(tx, id);
    if (standing !== 'works') return { kind: standing };
    await countHeldTime(tx, id);
    const lifted = await tx.query<{ code: string }>(
      'DELETE FROM request_hold WHERE request_id = $1 AND kind = $2 RETURNING code',
      [id, kind],
    );
    if (kind === 'request') await tx.query(TRY_ALL_AGAIN, [id]);
    const [waiting] = await tx.query<{ ranges: number }>(COUNT_OFFERED, [id]);
    await notifyOf(tx, id);
    return { kind: 'resumed', codes: lifted.map(({ code }) => code), ranges: waiting?.ranges ?? 0 };
  }

  /** Stops the request for good: records that IDA was not asked about are not asked. Of one that has ended, the delivery. */
  async cancel(id: string): Promise<Cancellation> {
    return this.database.transaction(async (tx) => {
      const request = await lock(tx, id);
      if (request === undefined) return 'ended';
      const { state } = request;
      if (!isWorking(state)) return cancelEnded(tx, id, state);
      await tx.query('UPDATE request SET cancel_asked_at = coalesce(cancel_asked_at, now()) WHERE id = $1', [
        id,
      ]);
      await tx.query('DELETE FROM request_hold WHERE request_id = $1', [id]);
      if (state === 'pulling') await dropPull(tx, id);
      const hasEnded = await endIfCancelled(tx, id, state);
      await notifyOf(tx, id);
      return hasEnded ? 'cancelled' : 'cancelling';
    });
  }

  /** A page of the requests that are to be cancelled and whose seeders are gone: to be cancelled once more, which ends them. */
  async cancelledAndLeft({ limit, afterId }: Page): Promise<readonly OfRequest[]> {
    return this.database.query<OfRequest>(
      `SELECT id AS "requestId" FROM request r
        WHERE cancel_asked_at IS NOT NULL AND state IN ('submitted','processing') AND ${isAfter('id')}
          AND NOT EXISTS (SELECT 1 FROM range WHERE request_id = r.id AND lease_until > now()) ORDER BY id LIMIT $1`,
      [limit, afterId],
    );
  }

  /**
   * Asks again about the records that ended with one of these codes, once each. Their ranges have work again; the jobs
   * for them belong into the same transaction.
   */
  async retry(id: string, codes: readonly string[], tx: Transaction): Promise<Retry> {
    const request = await lock(tx, id);
    if (request === undefined || request.state === 'archived') return { kind: 'erased' };
    if (request.state === 'cancelled' || isCancelling(request)) return { kind: 'cancelled' };
    if (!isFinished(request.state)) return { kind: 'works' };
    if (request.state !== 'processed_with_errors') return { kind: 'ended' };
    if (!(await hasInput(tx, id))) return { kind: request.awaited ? 'awaited' : 'erased' };
    // Before any record, as whoever delivers does: it notes in its records what it has sent.
    await tx.query('SELECT 1 FROM delivery WHERE request_id = $1 FOR UPDATE', [id]);
    const ranges = await tx.query<{ n: number; records: number }>(ASK_AGAIN, [
      id,
      codes,
      RANGE_LENGTH_RECORDS,
    ]);
    if (ranges.length === 0) return { kind: 'none' };
    assertRequestMove(request.state, 'processing');
    await tx.query(REOPEN, [id]);
    await tx.query(PROBE_NEW_WORK, [id]);
    // Whoever delivers the results of before stops: they go out once more when the request ends.
    await tx.query(DELIVER_AGAIN, [id]);
    await notifyOf(tx, id);
    const records = ranges.reduce((sum, range) => sum + range.records, 0);
    return { kind: 'again', records, ranges: ranges.length };
  }

  /** Erases the request now, whatever it does: its keys at once, and what rows can be erased at once. The summary stays. */
  async erase(id: string): Promise<Erasure> {
    const erased = await this.database.transaction(async (tx) => {
      const request = await lock(tx, id);
      if (request === undefined || request.state === 'archived') return false;
      const { state } = request;
      if (isWorking(state)) {
        assertRequestMove(state, 'cancelled');
        await tx.query(
          `UPDATE request SET state = 'cancelled', cancel_asked_at = coalesce(cancel_asked_at, now()), ended_at = now() WHERE id = $1`,
          [id],
        );
        await tx.query('DELETE FROM request_hold WHERE request_id = $1', [id]);
        if (state === 'pulling') await dropPull(tx, id);
      }
      await archiveRequest(tx, id, isWorking(state) ? 'cancelled' : state);
      return true;
    });
    return erased ? this.requests.eraseBite(id) : 'nothing was there';
  }
}

/** The row of a request that callers may know of, so that nobody else moves it meanwhile. */
async function lock(tx: Transaction, id: string): Promise<Locked | undefined> {
  await tx.waitAtMost(CALLER_LOCK_WAIT_MS);
  const [row] = await tx.query<Locked>(
    `SELECT state, awaited, cancel_asked_at IS NOT NULL AS "isCancelAsked" FROM request
      WHERE id = $1 AND state <> 'receiving' FOR UPDATE`,
    [id],
  );
  return row;
}

/** Locks it too. @returns whether it may be held, or go on */
async function lockToSteer(tx: Transaction, id: string): Promise<'works' | 'cancelling' | 'ended'> {
  const request = await lock(tx, id);
  if (request === undefined || !isWorking(request.state)) return 'ended';
  return isCancelling(request) ? 'cancelling' : 'works';
}

/** Asked once the row is locked: a key that was erased while the lock was waited for is not there any more. */
async function hasInput(tx: Transaction, id: string): Promise<boolean> {
  const rows = await tx.query(
    `SELECT 1 FROM request r WHERE r.id = $1 AND r.sealed_options IS NOT NULL AND ${hasKey('r.id', 'input')}`,
    [id],
  );
  return rows.length > 0;
}

function isWorking(state: RequestState): boolean {
  return state === 'pulling' || state === 'submitted' || state === 'processing';
}

/** It ends when the calls in flight are answered. */
function isCancelling({ state, isCancelAsked }: Locked): boolean {
  return isWorking(state) && isCancelAsked;
}

async function cancelEnded(tx: Transaction, id: string, state: RequestState): Promise<Cancellation> {
  const isWithheld = isFinished(state) && (await withholdDelivery(tx, id));
  if (isWithheld) await notifyOf(tx, id);
  if (state === 'cancelled') return 'cancelled';
  return isWithheld ? 'withheld' : 'ended';
}

/** Nothing of what was fetched so far is kept, nor is how to get there; the epoch stops whoever fetches. */
async function dropPull(tx: Transaction, id: string): Promise<void> {
  await tx.query(
    `UPDATE pull SET state = 'failed', epoch = epoch + 1, lease_until = NULL, sealed_source = NULL, received = 0,
            code = $2, reason = $3, ended_at = now()
      WHERE request_id = $1`,
    [id, PULL_CANCELLED, errorText(PULL_CANCELLED)],
  );
  await tx.query('DELETE FROM record WHERE request_id = $1', [id]);
}

/**
 * The records wait as ones that were asked once without an answer: they are asked once more. Counted in the range of the
 * record whose outcome they share, see MAKE_RANGES.
 */
const ASK_AGAIN = `
  WITH again AS (
    UPDATE record
       SET state = 'submitted', withdrawn = true, attempts = 1, asked_at = now(), sealed_outcome = NULL, error_code = NULL, delivery = NULL
     WHERE request_id = $1 AND error_code = ANY ($2) AND state = 'error'
    RETURNING (coalesce(twin_of_line, line) - 1) / $3 AS n
  ), counted AS (
    SELECT n, count(*)::int AS records FROM again GROUP BY n
  )
  UPDATE range g SET failed = failed - c.records, finished_at = NULL
    FROM counted c WHERE g.request_id = $1 AND g.n = c.n
  RETURNING g.n, c.records`;

const DELIVER_AGAIN = `
  UPDATE delivery
     SET state = 'pending', epoch = epoch + 1, ${LEASE_OVER},
         delivered = (SELECT count(*) FROM record WHERE request_id = $1 AND delivery = 'delivered'),
         refused = (SELECT count(*) FROM record WHERE request_id = $1 AND delivery = 'refused')
   WHERE request_id = $1`;

/** The time in which nobody worked on it counts as held. */
const REOPEN = `
  UPDATE request
     SET state = 'processing', held_seconds = held_seconds + extract(epoch FROM now() - ended_at), held_through = now(),
         ended_at = NULL, downloaded_at = NULL, acknowledged_at = NULL, erase_at = NULL
   WHERE id = $1`;
