import { PROBE_DELAY_SECONDS_MIN, probeDelay } from './back-off.js';
import type { Database } from './database.js';
import { countHeldTime } from './held-time.js';
import { notifyOf } from './request-end.js';

/** What is known against a person about whom IDA was silent. */
export interface SilenceProof {
  /** How long ago this person was asked before this call, in milliseconds. */
  readonly askedAgoMs: number;
  /** Somebody who was asked later than this person was before this call has been answered. */
  readonly areOthersAnswered: boolean;
  /** Of all about whom IDA was silent since it has answered anybody, this is the only one. */
  readonly isOnlyOne: boolean;
}

/**
 * What all seeders know together of IDA's silence: when it has answered about anybody, about whom it was silent since, and
 * which requests are held because of that.
 */
export class SilenceStore {
  constructor(
    private readonly database: Database,
    private readonly profileId: string,
  ) {}

  /**
   * Notes that IDA has answered a call that was sent so long ago. Where a request waits for people who were asked
   * before, one of them is due: now there may be something known against them. Whatever locks several holds locks them in the
   * same order.
   */
  async noteAnswered(sentAgoMs: number): Promise<void> {
    await this.database.query(
      `WITH noted AS (
         INSERT INTO ida_answer AS a (profile_id, sent_at) VALUES ($1, now() - make_interval(secs => $2))
         ON CONFLICT (profile_id) DO UPDATE SET sent_at = excluded.sent_at WHERE a.sent_at < excluded.sent_at RETURNING 1
       )
       UPDATE request_hold SET next_probe_at = now()
        WHERE in_last_resort AND next_probe_at > now() AND request_id IN (
          SELECT h.request_id FROM noted, request_hold h JOIN request r ON r.id = h.request_id
           WHERE r.profile_id = $1 AND h.in_last_resort AND h.next_probe_at > now() ORDER BY h.request_id FOR UPDATE OF h)`,
      [this.profileId, sentAgoMs / 1000],
    );
  }

  /** How long ago the latest of the answered calls of all seeders was sent, in milliseconds; undefined when none was. */
  async answeredAgoMs(): Promise<number | undefined> {
    const [row] = await this.database.query<{ agoMs: number }>(
      'SELECT 1000 * extract(epoch FROM now() - sent_at)::float8 AS "agoMs" FROM ida_answer WHERE profile_id = $1',
      [this.profileId],
    );
    return row?.agoMs;
  }

  /** To be asked before the last silence itself is noted in the record. */
  async proofAgainst(requestId: string, line: number): Promise<SilenceProof> {
    const [proof] = await this.database.query<SilenceProof>(PROOF, [this.profileId, requestId, line]);
    return proof ?? { askedAgoMs: 0, areOthersAnswered: false, isOnlyOne: false };
  }

  /** How many of the people of a request IDA has confirmed so far, whichever seeder asked. */
  async doneOf(requestId: string): Promise<number> {
    const [row] = await this.database.query<{ done: number }>(
      'SELECT coalesce(sum(done), 0)::int AS done FROM range WHERE request_id = $1',
      [requestId],
    );
    return row?.done ?? 0;
  }

  /** Whether IDA's silence about the people of another request holds that, and has answered about nobody since. */
  async isAnotherHeld(requestId: string): Promise<boolean> {
    const others = await this.database.query(
      `SELECT 1 FROM request_hold h JOIN request r ON r.id = h.request_id LEFT JOIN ida_answer a ON a.profile_id = r.profile_id
        WHERE r.profile_id = $1 AND h.request_id <> $2 AND h.next_probe_at IS NOT NULL
          AND r.state IN ('submitted', 'processing') AND h.since > coalesce(a.sent_at, '-infinity') LIMIT 1`,
      [this.profileId, requestId],
    );
    return others.length > 0;
  }

  /** Holds one request until IDA answers about one of its people. @returns whether this began the hold */
  async holdRequest(requestId: string, code: string, reason: string): Promise<boolean> {
    const begun = await this.database.query(
      `INSERT INTO request_hold (request_id, kind, code, reason, next_probe_at)
       VALUES ($1, 'request', $2, $3, now() + make_interval(secs => $4)) ON CONFLICT DO NOTHING RETURNING 1`,
      [requestId, code, reason, PROBE_DELAY_SECONDS_MIN.record],
    );
    return begun.length > 0;
  }

  /**
   * The same of lists whose people were among those for whose calls everybody is held. Not of a person who is waited for and
   * was asked only once: that is asked once more with everybody else.
   * @returns those whose hold began
   */
  async holdLists(
    lists: readonly { readonly requestId: string; readonly reason: string }[],
    code: string,
  ): Promise<readonly string[]> {
    const begun = await this.database.query<{ requestId: string }>(
      `INSERT INTO request_hold (request_id, kind, code, reason, next_probe_at)
       SELECT r.id, 'request', $3, l.reason, now() + make_interval(secs => $4)
         FROM unnest($1::uuid[], $2::text[]) AS l (id, reason) JOIN request r USING (id)
        WHERE r.state IN ('submitted', 'processing')
          AND (NOT r.awaited OR EXISTS (SELECT 1 FROM record o WHERE o.request_id = r.id AND o.attempts > 1))
        ORDER BY r.id
       ON CONFLICT DO NOTHING RETURNING request_id AS "requestId"`,
      [
        lists.map(({ requestId }) => requestId),
        lists.map(({ reason }) => reason),
        code,
        PROBE_DELAY_SECONDS_MIN.record,
      ],
    );
    return begun.map(({ requestId }) => requestId);
  }

  /**
   * Takes the right to make the next probe of a request, when one is due and nothing else keeps it from being asked. One
   * seeder gets it; the next one is due later.
   * @param dueForSeconds whether it has been due for so long, and nobody else has taken it
   * @returns the id of the request
   */
  async takeProbe(dueForSeconds = 0): Promise<string | undefined> {
    const [hold] = await this.database.query<{ requestId: string }>(TAKE_PROBE, [
      this.profileId,
      dueForSeconds,
    ]);
    return hold?.requestId;
  }

  /** The next probe of every such request is due now; the back-off goes on from there. */
  async makeProbesDue(): Promise<void> {
    await this.database.query(
      `UPDATE request_hold SET next_probe_at = least(next_probe_at, now())
        WHERE next_probe_at IS NOT NULL AND request_id IN (
          SELECT h.request_id FROM request_hold h JOIN request r ON r.id = h.request_id
           WHERE r.profile_id = $1 AND h.next_probe_at IS NOT NULL ORDER BY h.request_id FOR UPDATE OF h)`,
      [this.profileId],
    );
  }

  /** Ends the hold of a request, as IDA has answered about one of its people. @returns whether there was one */
  async lift(requestId: string): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      // First, as whoever steers the request does.
      await tx.query('SELECT 1 FROM request WHERE id = $1 FOR NO KEY UPDATE', [requestId]);
      const held = await tx.query(`SELECT 1 FROM request_hold WHERE ${IS_OF_SILENCE}`, [requestId]);
      if (held.length === 0) return false;
      await countHeldTime(tx, requestId);
      await tx.query(`DELETE FROM request_hold WHERE ${IS_OF_SILENCE}`, [requestId]);
      await notifyOf(tx, requestId);
      return true;
    });
  }
}

const IS_OF_SILENCE = `request_id = $1 AND kind = 'request' AND next_probe_at IS NOT NULL`;

/** Few records have asked_at, and an index. */
const PROOF = `
  SELECT coalesce(1000 * extract(epoch FROM now() - o.asked_at), 0)::float8 AS "askedAgoMs",
         coalesce(o.asked_at < a.sent_at, false) AS "areOthersAnswered",
         NOT EXISTS (
           SELECT 1 FROM record f JOIN request q ON q.id = f.request_id
            WHERE q.profile_id = $1 AND f.asked_at > coalesce(a.sent_at, '-infinity')
              AND (f.request_id, f.line) <> (o.request_id, o.line)
         ) AS "isOnlyOne"
    FROM record o LEFT JOIN ida_answer a ON a.profile_id = $1
   WHERE o.request_id = $2 AND o.line = $3`;

const TAKE_PROBE = `
  UPDATE request_hold h
     SET attempts = attempts + 1, next_probe_at = now() + ${probeDelay(String(PROBE_DELAY_SECONDS_MIN.record), 'attempts + 1')}
   WHERE h.kind = 'request' AND h.request_id = (
     SELECT q.request_id FROM request_hold q JOIN request r ON r.id = q.request_id
      WHERE r.profile_id = $1 AND r.state IN ('submitted', 'processing') AND r.cancel_asked_at IS NULL
        AND q.next_probe_at <= now() - make_interval(secs => $2)
        AND NOT EXISTS (SELECT 1 FROM request_hold o WHERE o.request_id = q.request_id AND o.next_probe_at IS NULL)
        AND NOT EXISTS (SELECT 1 FROM profile_hold p WHERE p.profile_id = r.profile_id)
      ORDER BY q.next_probe_at LIMIT 1 FOR UPDATE OF q SKIP LOCKED)
  RETURNING h.request_id AS "requestId"`;
