import type { Database } from './database.js';
import { type Lease, LeaseLostError } from './range-store.js';
import { notifyOf } from './request-end.js';

/** Unexpected faults in a row after which a range is set aside. */
const FAULTS_MAX = 5;
/** How long a range waits after its first fault; doubling with each further one. */
const AGAIN_SECONDS_MIN = 5;

/** A range that no seeder takes any more, because each try ended in an unexpected fault. */
export interface SetAsideRange {
  readonly requestId: string;
  readonly n: number;
  readonly fromLine: number;
  readonly toLine: number;
  /** The class of the last fault, never its text. */
  readonly kind: string;
  readonly since: Date;
}

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
            SET faults = faults + 1, lease_until = NULL, again_at = now() + make_interval(secs => $5 * power(2, faults)),
                set_aside_at = CASE WHEN faults + 1 >= $6 THEN now() END,
                set_aside_kind = CASE WHEN faults + 1 >= $6 THEN $4 END
          WHERE request_id = $1 AND n = $2 AND epoch = $3
         RETURNING set_aside_at IS NOT NULL AS "isSetAside"`,
        [lease.requestId, lease.n, lease.epoch, kind, AGAIN_SECONDS_MIN, FAULTS_MAX],
      );
      if (range === undefined) throw new LeaseLostError(lease);
      if (range.isSetAside) await notifyOf(tx, lease.requestId);
      return range.isSetAside;
    });
  }

  /** All that are set aside, the latest first. */
  async setAsideRanges(): Promise<readonly SetAsideRange[]> {
    return this.database.query<SetAsideRange>(
      `SELECT request_id AS "requestId", n, from_line AS "fromLine", to_line AS "toLine", set_aside_kind AS kind,
              set_aside_at AS since
         FROM range WHERE set_aside_at IS NOT NULL AND finished_at IS NULL ORDER BY set_aside_at DESC, request_id, n`,
    );
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

/** Puts back all of a request, $1. */
export const PUT_BACK = `
  UPDATE range SET faults = 0, again_at = NULL, set_aside_at = NULL, set_aside_kind = NULL
   WHERE request_id = $1 AND set_aside_at IS NOT NULL`;
