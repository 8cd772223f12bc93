import { noteProbed, peaceAfter } from './back-off.js';
import type { Database } from './database.js';
import { offered, workable } from './offered-ranges.js';
import type { Lease } from './range-store.js';

/** Where to look for the one record to probe a hold with. */
export interface ProbeRange {
  readonly requestId: string;
  readonly n: number;
  /** Of all who could be asked there is nobody who was not asked before. */
  readonly isLastResort: boolean;
}

/**
 * - `nothing waits`: no record is left that a probe could be made with, now or later.
 * - `under way`: those that are left are in other hands just now.
 */
export type NoProbe = 'nothing waits' | 'under way';

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
 * Finds whom to ask to find out whether a hold is over, and notes that it was this request's turn. By turns these come first:
 *
 * - newcomers, requests that had no turn and of which nobody was ever asked about: single persons who are waited for, then
 *   lists, the newest first. Nothing is known against any of them, but they may be many, and all bad;
 * - all requests, in order of their last turn, or of their coming where they had none. So everybody's turn comes, whoever
 *   else keeps coming. People who were asked before are in it too, once they were left in peace for long enough.
 *
 * Requests that are held for silence have probes of their own: they are asked when nobody else can be, or when these probes
 * have been waiting for long. As a last resort, when there is nobody who was not asked before: the least often asked person,
 * then whose last call is longest ago.
 */
export class ProbeStore {
  constructor(
    private readonly database: Database,
    private readonly profileId: string,
  ) {}

  async ofProfile(): Promise<ProbeRange | NoProbe> {
    return this.find(TAKE_TURN, null);
  }

  /** The same for a seeder that holds itself. It may find nobody to ask: nobody's turn is over by that. */
  async ofSeeder(): Promise<ProbeRange | NoProbe> {
    return this.find(FIND, null);
  }

  /** In the ranges of this one alone. */
  async ofRequest(requestId: string): Promise<ProbeRange | NoProbe> {
    return this.find(FIND, requestId);
  }

  /** Of a range that was taken for it; undefined when all its records have an outcome meanwhile, but for some. */
  async recordOf(
    { requestId, fromLine, toLine }: Lease,
    butForLines: readonly number[] = [],
  ): Promise<ProbeRecord | undefined> {
    const [record] = await this.database.query<ProbeRecord>(
      `SELECT o.line, o.attempts > 0 AS "wasAsked", coalesce(o.asked_at < a.sent_at, false) AS "isSuspect"
         FROM record o LEFT JOIN ida_answer a ON a.profile_id = $4
        WHERE o.request_id = $1 AND o.line BETWEEN $2 AND $3 AND o.line <> ALL ($5) AND ${IS_OPEN}
        ORDER BY ${LEAST_ASKED} LIMIT 1`,
      [requestId, fromLine, toLine, this.profileId, butForLines],
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

  private async find(statement: string, requestId: string | null): Promise<ProbeRange | NoProbe> {
    const [range] = await this.database.query<ProbeRange>(statement, [this.profileId, requestId]);
    if (range !== undefined) return range;
    const waiting = await this.database.query(ANY_WAITS, [this.profileId, requestId]);
    return waiting.length > 0 ? 'under way' : 'nothing waits';
  }
}

const IS_OPEN = `o.state IN ('submitted', 'sent', 'unknown') AND o.twin_of_line IS NULL`;
/** A call about whoever was turned away before is likely to be again. */
const LEAST_ASKED = 'o.attempts, o.withdrawn, o.asked_at NULLS FIRST, o.line';

/** None of its own probes is made while its profile is held: for so long it leaves that to others. */
const OWN_PROBES_OVERDUE = '1 hour';
const HAS_OWN_PROBES = `EXISTS (SELECT 1 FROM request_hold h
  WHERE h.request_id = r.id AND h.next_probe_at > now() - interval '${OWN_PROBES_OVERDUE}')`;

const WAS_BEGUN = `EXISTS (SELECT 1 FROM range s WHERE s.request_id = r.id AND s.sent_through_line >= s.from_line)`;

/** Of which requests: the profile `$1`, and this one alone where `$2` is one. */
const OF_WHOM = `r.profile_id = $1 AND ($2::uuid IS NULL OR r.id = $2) AND ${workable(`'probe'`)}`;

/**
 * `one`: in each range that is looked into, the first record to ask about. `best`: of each request, the first range.
 * The ranks are: 0 a newcomer in the newcomers' turn, 1 in order of turns, 2 one with probes of its own, 3 and 4 the same
 * two in the last resort; or, as long as there is anybody else, somebody who is left in peace.
 */
const RANKED = `
  best AS (
    SELECT r.id, r.awaited, r.created_at, coalesce(r.probed_at, r.created_at) AS turn_at, g.n, g.attempts, g.asked_at,
           ${HAS_OWN_PROBES} AS has_own, r.probed_at IS NULL AND NOT ${WAS_BEGUN} AS is_new,
           g.attempts = 0 OR g.asked_at <= now() - ${peaceAfter('g.attempts')} AS is_ready
      FROM request r, LATERAL (
        SELECT c.n, o.attempts, o.asked_at
          FROM (SELECT * FROM range g WHERE g.request_id = r.id AND ${offered(`'probe'`)}
                 ORDER BY g.epoch > 0, g.sent_through_line >= g.to_line, g.n LIMIT ${String(RANGES_LOOKED_INTO_MAX)}) c,
               LATERAL (SELECT o.line, o.attempts, o.withdrawn, o.asked_at FROM record o
                         WHERE o.request_id = c.request_id AND o.line BETWEEN c.from_line AND c.to_line AND ${IS_OPEN}
                         ORDER BY ${LEAST_ASKED} LIMIT 1) o
         ORDER BY ${LEAST_ASKED} LIMIT 1
      ) g
     WHERE ${OF_WHOM}
  ), ranked AS (
    SELECT best.*,
           CASE WHEN NOT is_ready OR NOT bool_or(attempts = 0) OVER () THEN 3 + has_own::int
                WHEN has_own THEN 2
                WHEN is_new AND NOT coalesce((SELECT newcomer_probed FROM profile_hold WHERE profile_id = $1), false) THEN 0
                ELSE 1 END AS rank
      FROM best
  ), turn AS (
    SELECT id, n, rank FROM ranked
     ORDER BY rank, CASE WHEN rank = 0 THEN awaited END DESC, CASE WHEN rank = 0 THEN created_at END DESC,
              CASE WHEN rank >= 3 THEN attempts END, CASE WHEN rank >= 3 THEN asked_at END NULLS FIRST, turn_at, id LIMIT 1
  )`;

const FOUND = `SELECT id AS "requestId", n, rank >= 3 AS "isLastResort" FROM turn`;

const FIND = `WITH ${RANKED} ${FOUND}`;

/** A newcomer who is waited for and has to wait for the turn of another is next, and at once. */
const TAKE_TURN = `
  WITH ${RANKED}, noted AS (
    UPDATE request r SET probed_at = now() FROM turn WHERE r.id = turn.id
  ), alternated AS (
    UPDATE profile_hold h
       SET newcomer_probed = turn.rank = 0,
           next_probe_at = CASE WHEN turn.rank > 0 AND EXISTS (SELECT 1 FROM ranked WHERE is_new AND awaited AND id <> turn.id)
             THEN now() ELSE h.next_probe_at END
      FROM turn WHERE h.profile_id = $1
  )
  ${FOUND}`;

/** A range of which only its end is missing, or lines that share an outcome which is known, has nobody who waits. */
const ANY_WAITS = `
  SELECT 1 FROM request r JOIN range g ON g.request_id = r.id
    CROSS JOIN LATERAL (SELECT 1 FROM record o
                         WHERE o.request_id = g.request_id AND o.line BETWEEN g.from_line AND g.to_line AND ${IS_OPEN} LIMIT 1) o
   WHERE ${OF_WHOM} AND g.finished_at IS NULL AND g.set_aside_at IS NULL AND g.done + g.failed + g.invalid < g.total LIMIT 1`;
