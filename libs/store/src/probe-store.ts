import { noteProbed } from './back-off.js';
import type { Database } from './database.js';
import { type Lease, offered, workable } from './range-store.js';

/** Where to look for the one record to probe a hold with. */
export interface ProbeRange {
  readonly requestId: string;
  readonly n: number;
}

/** The record to probe with. */
export interface ProbeRecord {
  readonly line: number;
  /** It was asked about before: there was nobody in its range who was not. */
  readonly wasAsked: boolean;
  /** Somebody who was asked later has been answered: if IDA is silent again, that may end it. */
  readonly isSuspect: boolean;
}

/** Ranges of one request in which somebody is looked for who was never asked about; the most promising ones. */
const RANGES_LOOKED_INTO_MAX = 8;

/**
 * Finds whom to ask to find out whether a hold is over. The turn goes round by request, so that none hides another however
 * long its list is:
 *
 * 1. requests of which nobody was ever asked about, the newest first: nothing is known against any of them;
 * 2. requests with people who were never asked about, in turn;
 * 3. as a last resort people who were, the least often asked first, then whose last call is longest ago.
 */
export class ProbeStore {
  constructor(
    private readonly database: Database,
    private readonly profileId: string,
  ) {}

  /** @param nth how many probes there were before: whose turn it is among the second kind */
  async ofProfile(nth: number): Promise<ProbeRange | undefined> {
    return this.find(nth, null);
  }

  /** In the ranges of this one alone. */
  async ofRequest(requestId: string): Promise<ProbeRange | undefined> {
    return this.find(0, requestId);
  }

  /** Of a range that was taken for it; undefined when all its records have an outcome meanwhile. */
  async recordOf({ requestId, fromLine, toLine }: Lease): Promise<ProbeRecord | undefined> {
    const [record] = await this.database.query<ProbeRecord>(
      `SELECT o.line, o.attempts > 0 AS "wasAsked", coalesce(o.asked_at < a.sent_at, false) AS "isSuspect"
         FROM record o LEFT JOIN ida_answer a ON a.profile_id = $4
        WHERE o.request_id = $1 AND o.line BETWEEN $2 AND $3 AND ${IS_OPEN} ORDER BY ${LEAST_ASKED} LIMIT 1`,
      [requestId, fromLine, toLine, this.profileId],
    );
    return record;
  }

  /** Before the record is asked about: the next last resort comes later than any other probe. */
  async noteProfileProbe(isLastResort: boolean): Promise<void> {
    await this.database.query(`UPDATE profile_hold SET ${noteProbed('$2::boolean')} WHERE profile_id = $1`, [
      this.profileId,
      isLastResort,
    ]);
  }

  async noteRequestProbe(requestId: string, isLastResort: boolean): Promise<void> {
    await this.database.query(
      `UPDATE request_hold SET ${noteProbed('$2::boolean')} WHERE request_id = $1 AND next_probe_at IS NOT NULL`,
      [requestId, isLastResort],
    );
  }

  private async find(nth: number, requestId: string | null): Promise<ProbeRange | undefined> {
    const [range] = await this.database.query<ProbeRange>(FIND, [this.profileId, nth, requestId]);
    return range;
  }
}

const IS_OPEN = `o.state IN ('submitted', 'sent', 'unknown') AND o.twin_of_line IS NULL`;
const LEAST_ASKED = 'o.attempts, o.asked_at NULLS FIRST, o.line';

/** `least`: the first record to ask about in each range; `best`: the first range of each request. */
const FIND = `
  WITH best AS (
    SELECT r.id, r.created_at, g.n, g.attempts, g.asked_at,
           CASE WHEN g.attempts > 0 THEN 3
                WHEN EXISTS (SELECT 1 FROM range s WHERE s.request_id = r.id AND s.sent_through_line >= s.from_line) THEN 2
                ELSE 1 END AS kind
      FROM request r, LATERAL (
        SELECT c.n, o.attempts, o.asked_at
          FROM (SELECT * FROM range g WHERE g.request_id = r.id AND ${offered(`'probe'`)}
                 ORDER BY g.epoch > 0, g.sent_through_line >= g.to_line, g.n LIMIT ${String(RANGES_LOOKED_INTO_MAX)}) c,
               LATERAL (SELECT o.line, o.attempts, o.asked_at FROM record o
                         WHERE o.request_id = c.request_id AND o.line BETWEEN c.from_line AND c.to_line AND ${IS_OPEN}
                         ORDER BY ${LEAST_ASKED} LIMIT 1) o
         ORDER BY ${LEAST_ASKED} LIMIT 1
      ) g
     WHERE r.profile_id = $1 AND ($3::uuid IS NULL OR r.id = $3) AND ${workable(`'probe'`)}
  ), turn AS (
    SELECT best.*, row_number() OVER (PARTITION BY kind ORDER BY created_at, id) - 1 AS place,
           count(*) OVER (PARTITION BY kind) AS places
      FROM best
  )
  SELECT id AS "requestId", n FROM turn WHERE kind <> 2 OR place = $2::int % places
   ORDER BY kind, CASE WHEN kind = 1 THEN places - place END, attempts, asked_at NULLS FIRST, place LIMIT 1`;
