import type { Database } from './database.js';
import { FAULTS_MAX, waitSeconds } from './holds.js';
import { LEASE_SECONDS, type Lease, LeaseLostError } from './range-store.js';
import { notifyOf } from './request-end.js';

/** A range that no seeder takes any more, because each try ended in an unexpected fault. */
export interface SetAsideRange {
  readonly requestId: string;
  readonly n: number;
  readonly fromLine: number;
  readonly toLine: number;
  /** The class of the last fault, never its text. */
  readonly kind: string;
  readonly since: Date;
  /** Lines without an outcome: how many, and the first of them. */
  readonly open: number;
  readonly openLines: readonly number[];
}

const OPEN_LINES_TOLD_MAX = 10;

/** Keeps ranges on which the program itself stumbles from being tried for ever: they wait, and then somebody has to look. */
export class SetAsideStore {
  constructor(private readonly database: Database) {}

  /**
   * Hands a range back after an unexpected fault: it waits, longer with each fault in a row, and is set aside in the end.
   * What was in flight counts as unknown when it is taken again.
   * @param kind the class of the fault, which is all that is kept of it
   * @returns whether the range is set aside now
   * @throws LeaseLostError
   */
  async noteFault(lease: Lease, kind: string): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const [range] = await tx.query<{ isSetAside: boolean }>(
        `UPDATE range
            SET faults = faults + 1, lease_until = NULL, again_at = now() + make_interval(secs => ${waitSeconds('faults')}),
                set_aside_at = CASE WHEN faults + 1 >= $5 THEN now() END,
                set_aside_kind = $4
          WHERE request_id = $1 AND n = $2 AND epoch = $3
         RETURNING set_aside_at IS NOT NULL AS "isSetAside"`,
        [lease.requestId, lease.n, lease.epoch, kind, FAULTS_MAX],
      );
      if (range === undefined) throw new LeaseLostError(lease);
      if (range.isSetAside) await notifyOf(tx, lease.requestId);
      return range.isSetAside;
    });
  }

  /** All that are set aside, the latest first. */
  async setAsideRanges(): Promise<readonly SetAsideRange[]> {
    return this.database.query<SetAsideRange>(
      `SELECT g.request_id AS "requestId", g.n, g.from_line AS "fromLine", g.to_line AS "toLine", g.set_aside_kind AS kind,
              g.set_aside_at AS since, cardinality(o.lines) AS open, o.lines[:$1] AS "openLines"
         FROM range g, LATERAL (
                SELECT coalesce(array_agg(c.line ORDER BY c.line), '{}') AS lines FROM record c
                 WHERE c.request_id = g.request_id AND c.line BETWEEN g.from_line AND g.to_line
                   AND c.state IN ('submitted', 'sent', 'unknown')) o
        WHERE g.set_aside_at IS NOT NULL AND g.finished_at IS NULL ORDER BY g.set_aside_at DESC, g.request_id, g.n`,
      [OPEN_LINES_TOLD_MAX],
    );
  }

  /**
   * Takes a range that is set aside, as it stands, for whoever ends records of it by hand; it stays set aside until it is
   * put back. @returns undefined when it is not set aside (any more), or somebody does so just now
   */
  async take(requestId: string, n: number): Promise<Lease | undefined> {
    const [lease] = await this.database.query<Lease>(
      `UPDATE range g SET epoch = epoch + 1, lease_until = now() + make_interval(secs => $3)
         FROM request r
        WHERE g.request_id = $1 AND g.n = $2 AND g.set_aside_at IS NOT NULL AND g.finished_at IS NULL
          AND (g.lease_until IS NULL OR g.lease_until < now())
          AND r.id = g.request_id AND r.state = 'processing' AND r.cancel_asked_at IS NULL
       RETURNING g.request_id AS "requestId", g.n, g.epoch, g.from_line AS "fromLine", g.to_line AS "toLine",
                 'work' AS purpose, r.awaited`,
      [requestId, n, LEASE_SECONDS],
    );
    return lease;
  }

  /** Offers the range again as if nothing had happened. @returns whether it was set aside. */
  async putBack(requestId: string, n: number): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const put = await tx.query(`${PUT_BACK} AND n = $2 RETURNING 1`, [requestId, n]);
      if (put.length > 0) await notifyOf(tx, requestId);
      return put.length > 0;
    });
  }
}

const AS_NEW = 'UPDATE range SET faults = 0, again_at = NULL, set_aside_at = NULL, set_aside_kind = NULL';

const PUT_BACK = `${AS_NEW}, lease_until = NULL WHERE request_id = $1 AND set_aside_at IS NOT NULL`;

/** Has all ranges of a request, $1, that wait because of a fault tried again, and those that are set aside. */
export const TRY_ALL_AGAIN = `${AS_NEW} WHERE request_id = $1 AND finished_at IS NULL AND (set_aside_at IS NOT NULL OR faults > 0)`;
