import type { RecordState, RequestState } from '@mts/domain';

import type { Database, Transaction } from './database.js';
import { FIRST_OFFERED, offered, workable } from './offered-ranges.js';
import { endIfCancelled } from './request-cancel.js';
import { endRequest } from './request-end.js';

/** The right to work on a range: valid while its epoch is the range's own. */
export interface Lease {
  readonly requestId: string;
  readonly n: number;
  readonly epoch: number;
  readonly fromLine: number;
  readonly toLine: number;
  /** A probe is made while the profile is held; any other work stops at a hold. */
  readonly purpose: LeasePurpose;
  /** Whether a caller waits for the outcome; it is told at once when there is one. */
  readonly awaited: boolean;
}

export type LeasePurpose = 'work' | 'probe';

/** How leases of one kind stand when they have been renewed. */
export interface Renewal<L> {
  /** Ours still. Any other is lost: somebody has taken it over, or what it is of has ended. */
  readonly standing: ReadonlySet<L>;
  /** Those of them under which something new may be begun. */
  readonly workable: ReadonlySet<L>;
}

/** A record of a leased range that has no outcome yet. */
export interface OpenRecord {
  readonly line: number;
  readonly state: Extract<RecordState, 'submitted' | 'sent' | 'unknown'>;
  /** How often IDA may have been asked about it. Not counted before the first ask, which the sent mark stands for. */
  readonly attempts: number;
  /** Below the sent mark, and yet known not to have been asked. */
  readonly withdrawn: boolean;
  readonly sealedInput: Buffer;
}

/** An outcome to keep, for a record or one of its twins. */
export interface NewOutcome {
  readonly line: number;
  readonly state: Extract<RecordState, 'processed' | 'error'>;
  readonly sealedOutcome: Buffer;
  readonly errorCode: string | null;
  readonly tokenIndex: Buffer | null;
}

/** A record with its outcome, and lines that share it and have none yet, in source order. */
export interface SharedOutcome extends NewOutcome {
  readonly twins: readonly number[];
}

/** How far open twins were read: through one line of those that share the outcome of another. */
export interface TwinPlace {
  readonly ofLine: number;
  readonly line: number;
}

/** Before all of them. */
export const FIRST_TWIN_AFTER: TwinPlace = { ofLine: 0, line: 0 };

/** How far a reading of open twins came; undefined where it found none. */
export function endOfTwins(read: readonly SharedOutcome[]): TwinPlace | undefined {
  const last = read.at(-1);
  const line = last?.twins.at(-1);
  return last === undefined || line === undefined ? undefined : { ofLine: last.line, line };
}

/**
 * - `sent`: before a record at or below the sent mark is asked (again).
 * - `unknown`: sent, and no answer is known.
 * - `not asked`: the call never reached IDA, or IDA refused it before it looked the person up; the record waits as if
 *   it had not been sent, although its line is below the sent mark.
 */
export type RecordMark = 'sent' | 'unknown' | 'not asked';

/** Each changes nothing when it is made twice, as it is when the answer to the first time was lost. */
const MARKS: Readonly<Record<RecordMark, string>> = {
  sent: `state = 'sent', withdrawn = false, attempts = attempts + (state <> 'sent')::int`,
  unknown: `state = 'unknown', withdrawn = false, attempts = greatest(attempts, 1),
            asked_at = now() - make_interval(secs => $5)`,
  'not asked': `state = 'submitted', withdrawn = true, attempts = greatest(attempts - (state = 'sent')::int, 0)`,
};

/** Another seeder has taken the range, or the request was ended: this one writes nothing more of it. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';

  constructor(lease: Lease) {
    super(
      `Range ${String(lease.n)} of request ${lease.requestId} is no longer ours at epoch ${String(lease.epoch)}`,
    );
  }
}

/**
 * Renewed twice a second; what a killed seeder held is free after this long. Together with the three seconds between two
 * looks of the reconciler it is well below the 15 s in which another seeder has to take it up.
 */
export const LEASE_SECONDS = 8;

/**
 * Ranges: the truth about what has work.
 *
 * Each statement names the lines that it means, none finds them by a join alone: PostgreSQL knows little of records that
 * came a moment ago, takes a request for a handful of them, and would read all of it each time.
 * A lease is taken by raising the range's epoch; every later write names that
 * epoch and does nothing when it is not the range's any more, so a seeder that was frozen and comes back harms nothing.
 */
export class RangeStore {
  constructor(private readonly database: Database) {}

  /** Takes the range, if it has work and nobody holds it; what an earlier holder sent without an answer is `unknown`. */
  async take(requestId: string, n: number, purpose: LeasePurpose = 'work'): Promise<Lease | undefined> {
    return this.takeOne(requestId, n, purpose);
  }

  /** The same with the range of the request that comes first, see `OfferedRanges`. */
  async takeNext(requestId: string): Promise<Lease | undefined> {
    return this.takeOne(requestId, null, 'work');
  }

  /** @param n null for whichever comes first */
  private async takeOne(
    requestId: string,
    n: number | null,
    purpose: LeasePurpose,
  ): Promise<Lease | undefined> {
    return this.database.transaction(async (tx) => {
      // Whoever cancels, ends or erases the request waits for this, and sees the lease; or this sees what they did.
      await tx.query('SELECT 1 FROM request WHERE id = $1 FOR NO KEY UPDATE', [requestId]);
      const [lease] = await tx.query<Lease>(
        `UPDATE range g SET epoch = epoch + 1, lease_until = now() + make_interval(secs => $3),
                again_at = CASE WHEN $4 = 'probe' THEN g.again_at END
           FROM request r
          WHERE g.request_id = $1 AND g.n = coalesce($2, (${FIRST_OFFERED})) AND r.id = g.request_id
            AND ${offered('$4::text')} AND ${workable('$4::text')}
         RETURNING g.request_id AS "requestId", g.n, g.epoch, g.from_line AS "fromLine", g.to_line AS "toLine", $4::text AS purpose, r.awaited`,
        [requestId, n, LEASE_SECONDS, purpose],
      );
      if (lease === undefined) return undefined;
      await tx.query(
        `UPDATE record SET state = 'unknown', attempts = greatest(attempts, 1), asked_at = now()
          WHERE request_id = $1 AND line BETWEEN $3 AND $4
            AND (state = 'sent'
                 OR (state = 'submitted' AND NOT withdrawn
                     AND line <= (SELECT sent_through_line FROM range WHERE request_id = $1 AND n = $2)))
            AND twin_of_line IS NULL`,
        [requestId, lease.n, lease.fromLine, lease.toLine],
      );
      await tx.query(
        `UPDATE request SET state = 'processing', started_at = now() WHERE id = $1 AND state = 'submitted'`,
        [requestId],
      );
      return lease;
    });
  }

  /**
   * Renews leases that still stand, whatever holds their requests up: what IDA is being asked is to be kept, and nobody
   * else may ask it meanwhile. Where the request is held, paused or cancelled the work is to come to its end.
   */
  async renew(leases: readonly Lease[]): Promise<Renewal<Lease>> {
    if (leases.length === 0) return { standing: new Set(), workable: new Set() };
    const rows = await this.database.query<OfLease & { isWorkable: boolean }>(
      `WITH own AS MATERIALIZED (
         SELECT g.request_id, g.n, l.purpose
           FROM range g JOIN unnest($1::uuid[], $2::int[], $3::int[], $5::text[]) AS l (request_id, n, epoch, purpose)
             ON g.request_id = l.request_id AND g.n = l.n AND g.epoch = l.epoch
          WHERE g.lease_until IS NOT NULL ORDER BY g.request_id, g.n FOR UPDATE OF g
       )
       UPDATE range g SET lease_until = now() + make_interval(secs => $4)
         FROM own o, request r
        WHERE g.request_id = o.request_id AND g.n = o.n AND r.id = g.request_id
       RETURNING g.request_id AS "requestId", g.n, g.epoch, ${workable('o.purpose')} AS "isWorkable"`,
      [
        leases.map((l) => l.requestId),
        leases.map((l) => l.n),
        leases.map((l) => l.epoch),
        LEASE_SECONDS,
        leases.map((l) => l.purpose),
      ],
    );
    return {
      standing: among(leases, rows),
      workable: among(
        leases,
        rows.filter(({ isWorkable }) => isWorkable),
      ),
    };
  }

  /** Records without an outcome after a line, in source order; none that waits for the outcome of another. */
  async openRecords(
    range: Pick<Lease, 'requestId' | 'fromLine' | 'toLine'>,
    afterLine: number,
    limit: number,
  ): Promise<readonly OpenRecord[]> {
    return this.database.query<OpenRecord>(
      `SELECT r.line, r.state, r.attempts, r.withdrawn, r.sealed_input AS "sealedInput"
         FROM record r
        WHERE r.request_id = $1 AND r.line > $2 AND r.line BETWEEN $3 AND $4
          AND r.state IN ('submitted', 'sent', 'unknown') AND r.twin_of_line IS NULL
        ORDER BY r.line LIMIT $5`,
      [range.requestId, afterLine, range.fromLine, range.toLine, limit],
    );
  }

  /**
   * Lines without an outcome that share that of a record of the range which has one, wherever in the list they stand; at most
   * so many lines in all, in order of the records, and of the lines of each.
   */
  async openTwins(
    range: Pick<Lease, 'requestId' | 'fromLine' | 'toLine'>,
    after: TwinPlace,
    limit: number,
  ): Promise<readonly SharedOutcome[]> {
    return this.database.query<SharedOutcome>(OPEN_TWINS, [
      range.requestId,
      Math.max(range.fromLine, after.ofLine),
      range.toLine,
      after.ofLine,
      after.line,
      limit,
    ]);
  }

  /** Notes, before a block is sent, that it may have been. @throws LeaseLostError */
  async markSent(lease: Lease, throughLine: number): Promise<void> {
    const marked = await this.database.query(
      `UPDATE range SET sent_through_line = greatest(sent_through_line, $4) WHERE request_id = $1 AND n = $2 AND epoch = $3 RETURNING 1`,
      [lease.requestId, lease.n, lease.epoch, throughLine],
    );
    if (marked.length === 0) throw new LeaseLostError(lease);
  }

  /**
   * Notes of single records what the sent mark of the range cannot say.
   * @param sentAgoMs how long ago the call was sent that is `unknown`, in milliseconds
   * @throws LeaseLostError
   */
  async mark(lease: Lease, lines: readonly number[], as: RecordMark, sentAgoMs = 0): Promise<void> {
    const [row] = await this.database.query<{ held: boolean }>(
      `WITH fence AS MATERIALIZED (SELECT 1 FROM range WHERE request_id = $1 AND n = $2 AND epoch = $3 FOR UPDATE),
            written AS (UPDATE record SET ${MARKS[as]} FROM fence
                         WHERE request_id = $1 AND line = ANY ($4) AND state IN ('submitted', 'sent', 'unknown'))
       SELECT EXISTS (SELECT 1 FROM fence) AS held`,
      [lease.requestId, lease.n, lease.epoch, lines, ...(as === 'unknown' ? [sentAgoMs / 1000] : [])],
    );
    if (row?.held !== true) throw new LeaseLostError(lease);
  }

  /**
   * Keeps outcomes of any number of ranges and counts them, in one statement. A record that has an outcome keeps it: a
   * first answer is never overwritten by that of a second ask.
   * @returns the leases that are lost: of their outcomes none is kept
   */
  async saveOutcomes(
    rows: readonly { readonly lease: Lease; readonly outcome: NewOutcome }[],
  ): Promise<ReadonlySet<Lease>> {
    const leases = [...new Set(rows.map(({ lease }) => lease))];
    const kept = await this.database.query<OfLease>(SAVE_OUTCOMES, [
      leases.map(({ requestId }) => requestId),
      leases.map(({ n }) => n),
      leases.map(({ epoch }) => epoch),
      leases.map(({ awaited }) => awaited),
      rows.map(({ lease }) => lease.requestId),
      rows.map(({ lease }) => lease.n),
      rows.map(({ lease }) => lease.epoch),
      rows.map(({ outcome }) => outcome.line),
      rows.map(({ outcome }) => outcome.state),
      rows.map(({ outcome }) => outcome.sealedOutcome),
      rows.map(({ outcome }) => outcome.errorCode),
      rows.map(({ outcome }) => outcome.tokenIndex),
    ]);
    const standing = among(leases, kept);
    return new Set(leases.filter((lease) => !standing.has(lease)));
  }

  /**
   * Ends the work on a range. If all its records are final, it is finished; and whoever finishes the last range of a
   * request ends the request, under a lock on its row. Otherwise the range is handed back; after a probe it waits for what it
   * waited for before.
   * @param againInSeconds when what is left of it is offered again, where the work has come to its end without a fault: none
   * counts any more. Where it was only stopped it is offered at once, and may not have come to what the faults were about.
   * @returns the state that the request has come to, when this was its last range.
   * @throws LeaseLostError
   */
  async finish(lease: Lease, againInSeconds?: number): Promise<RequestState | undefined> {
    return this.database.transaction(async (tx) => {
      const [request] = await tx.query<{ state: RequestState; isCancelled: boolean }>(
        `SELECT state, cancel_asked_at IS NOT NULL AS "isCancelled" FROM request
          WHERE id = $1 AND state IN ('submitted', 'processing') FOR UPDATE`,
        [lease.requestId],
      );
      const [range] = await tx.query<{ finished: boolean }>(
        `UPDATE range
            SET lease_until = NULL,
                faults = CASE WHEN ${HAS_PASSED} THEN 0 ELSE faults END,
                set_aside_kind = CASE WHEN NOT ${HAS_PASSED} THEN set_aside_kind END,
                again_at = CASE WHEN ${IS_DONE} THEN NULL WHEN $5 = 'probe' THEN again_at ELSE now() + make_interval(secs => $4::float8) END,
                finished_at = CASE WHEN ${IS_DONE} THEN now() END
          WHERE request_id = $1 AND n = $2 AND epoch = $3 RETURNING finished_at IS NOT NULL AS finished`,
        [lease.requestId, lease.n, lease.epoch, againInSeconds ?? null, lease.purpose],
      );
      if (range === undefined || request === undefined) throw new LeaseLostError(lease);
      // Also when nothing was left to be asked: of what was cancelled nothing is delivered.
      if (request.isCancelled)
        return (await endIfCancelled(tx, lease.requestId, request.state)) ? 'cancelled' : undefined;
      return range.finished ? this.endIfLast(tx, lease.requestId, request.state) : undefined;
    });
  }

  /**
   * Takes ranges whose records are all final and that nobody holds, to be finished: whoever held them was killed between the
   * last outcome and the end. Nobody is asked for that, so it is done whatever holds their request up, except a pause.
   */
  async takeComplete(limit: number): Promise<readonly Lease[]> {
    return this.database.query<Lease>(TAKE_COMPLETE, [limit, LEASE_SECONDS]);
  }

  private async endIfLast(
    tx: Transaction,
    requestId: string,
    from: RequestState,
  ): Promise<RequestState | undefined> {
    const [sums] = await tx.query<{ open: boolean; faulty: boolean }>(
      `SELECT bool_or(finished_at IS NULL) AS open, sum(failed + invalid) > 0 AS faulty FROM range WHERE request_id = $1`,
      [requestId],
    );
    if (sums === undefined || sums.open) return undefined;
    const to = sums.faulty ? 'processed_with_errors' : 'processed';
    await endRequest(tx, requestId, from, to);
    return to;
  }
}

/** What tells a lease from every other, also from an earlier one of the same range. */
type OfLease = Pick<Lease, 'requestId' | 'n' | 'epoch'>;

/** The leases that are among those. */
function among(leases: readonly Lease[], those: readonly OfLease[]): ReadonlySet<Lease> {
  const nameOf = ({ requestId, n, epoch }: OfLease): string => `${requestId}/${String(n)}/${String(epoch)}`;
  const there = new Set(those.map(nameOf));
  return new Set(leases.filter((lease) => there.has(nameOf(lease))));
}

/** Of the range that {@link RangeStore.finish} ends the work on, whose `$4` is the time after which it is offered again. */
const IS_DONE = 'done + failed + invalid = total';
const HAS_PASSED = `(${IS_DONE} OR $4::float8 IS NOT NULL)`;

const TAKE_COMPLETE = `
  WITH complete AS (
    SELECT g.request_id, g.n FROM range g JOIN request r ON r.id = g.request_id
     WHERE g.finished_at IS NULL AND g.done + g.failed + g.invalid = g.total AND (g.lease_until IS NULL OR g.lease_until < now())
       AND r.state IN ('submitted', 'processing') AND r.cancel_asked_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM request_hold h WHERE h.request_id = r.id AND h.kind = 'operator')
     ORDER BY g.request_id, g.n LIMIT $1 FOR UPDATE OF g SKIP LOCKED
  )
  UPDATE range g SET epoch = g.epoch + 1, lease_until = now() + make_interval(secs => $2)
    FROM complete c, request r
   WHERE g.request_id = c.request_id AND g.n = c.n AND r.id = g.request_id
  RETURNING g.request_id AS "requestId", g.n, g.epoch, g.from_line AS "fromLine", g.to_line AS "toLine", 'work' AS purpose, r.awaited`;

/** Of each record at most a bite is looked up: of the one that stands in the list many times those before it are done. */
const OPEN_TWINS = `
  WITH bite AS MATERIALIZED (
    SELECT f.line AS of_line, t.line
      FROM record f CROSS JOIN LATERAL (
             SELECT o.line FROM record o
              WHERE o.request_id = $1 AND o.twin_of_line = f.line
                AND o.line > CASE WHEN f.line = $4 THEN $5::int ELSE 0 END AND o.state IN ('submitted', 'sent', 'unknown')
              ORDER BY o.line LIMIT $6) t
     WHERE f.request_id = $1 AND f.line BETWEEN $2 AND $3 AND f.state IN ('processed', 'error') AND f.twin_of_line IS NULL
     ORDER BY f.line, t.line LIMIT $6
  ), by_record AS MATERIALIZED (
    SELECT of_line, array_agg(line ORDER BY line) AS twins FROM bite GROUP BY of_line
  )
  SELECT f.line, f.state, f.sealed_outcome AS "sealedOutcome", f.error_code AS "errorCode", f.token_index AS "tokenIndex", b.twins
    FROM by_record b JOIN record f ON f.request_id = $1 AND f.line BETWEEN $2 AND $3 AND f.line = b.of_line
   ORDER BY f.line`;

/** See the migrations 0007-save-outcomes and 0013-outcomes-by-epoch. */
const SAVE_OUTCOMES = `
  SELECT kept_request AS "requestId", kept_n AS n, kept_epoch AS epoch
    FROM save_outcomes($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`;
