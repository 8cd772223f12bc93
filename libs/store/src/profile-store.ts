import type { Hold } from '@mts/domain';

import { PROBE_DELAY_SECONDS_MIN, probeDelay } from './back-off.js';
import type { Database } from './database.js';
import { COUNT_HELD_TIME_OF_PROFILE, COUNT_HELD_TIME_OF_SEEDERS } from './held-time.js';
import { holdsOfProfile, holdsOfRequest, NEXT_TRY_AT, SEEDER_LIVES, SEEDER_TRIES_AT } from './holds.js';
import { mendedTopic, profileTopic } from './request-end.js';

/** The result of the last preflight: a call that proves the set-up without touching a resident. */
export interface StoredPreflight {
  readonly ok: boolean;
  readonly code: string | null;
  readonly reason: string | null;
  /** When it was begun, by the database's clock: it tells nothing of what was mended later. */
  readonly checkedAt: Date;
}

/** What ends a hold of the profile: a preflight that succeeds, or one waiting record that is answered. */
export type Probe = 'preflight' | 'record';

export interface ProfileHold {
  readonly probe: Probe;
  readonly code: string;
  readonly reason: string;
  readonly since: Date;
  readonly attempts: number;
  /** When the next probe is due. */
  readonly nextTryAt: Date;
}

/** What holds all requests up; `nextTryAt` is null where only seeders of an earlier version do, by holding themselves. */
export type HoldOfAll = Pick<Hold, 'code' | 'reason' | 'since' | 'nextTryAt'>;

/** A seeder that asks nobody, for a reason of its own: a wrong clock, no way to IDA. */
export interface HeldSeeder {
  readonly id: string;
  /** Where it runs; these two are null of a seeder of an earlier version. */
  readonly host: string | null;
  readonly processId: number | null;
  readonly code: string;
  readonly reason: string;
  readonly since: Date;
  /** When it next looks whether its fault is gone; null of a seeder of an earlier version. */
  readonly nextTryAt: Date | null;
}

interface RangeOfRequest {
  readonly requestId: string;
  readonly n: number;
}

const HOLD_COLUMNS = `probe, code, reason, since, attempts, ${NEXT_TRY_AT}`;

/** A seeder reserves calls of at most so long a time at once, or a single one where the rate allows no more. */
export const RESERVED_AT_ONCE_MS = 100;
/** So far ahead reserved calls may stand however few seeders there are: a stop of a minute is no harm. */
const AHEAD_SECONDS_MIN = 60;

/** What seeders share about one IDA profile: its health, its holds, its rate. */
export class ProfileStore {
  constructor(
    private readonly database: Database,
    private readonly profileId: string,
  ) {}

  /** Keeps the result, unless one that was begun later is there: that of a seeder whose IDA answered faster. */
  async savePreflight({ ok, code, reason, checkedAt }: StoredPreflight): Promise<void> {
    await this.database.query(
      `INSERT INTO ida_preflight AS p (profile_id, ok, code, reason, checked_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (profile_id) DO UPDATE SET ok = excluded.ok, code = excluded.code, reason = excluded.reason, checked_at = excluded.checked_at
        WHERE p.checked_at <= excluded.checked_at`,
      [this.profileId, ok, code, reason, checkedAt],
    );
  }

  async lastPreflight(): Promise<StoredPreflight | undefined> {
    const [row] = await this.database.query<StoredPreflight>(
      'SELECT ok, code, reason, checked_at AS "checkedAt" FROM ida_preflight WHERE profile_id = $1',
      [this.profileId],
    );
    return row;
  }

  /** What tells the seeders that hold themselves that somebody may have mended their fault, see Notifications. */
  get mendedTopic(): string {
    return mendedTopic(this.profileId);
  }

  /** Has all seeders that hold themselves look whether their fault is gone. @returns when, by the database's clock */
  async tellMended(): Promise<Date> {
    const askedAt = await this.database.now();
    await this.database.query(`SELECT pg_notify(current_schema() || '_request', $1)`, [this.mendedTopic]);
    return askedAt;
  }

  /** What tells that the profile was held, see Notifications; wakes up only, for the hold stands in the table. */
  get topic(): string {
    return profileTopic(this.profileId);
  }

  /** Holds all work of the profile, or leaves the hold that is there. @returns whether it began one. */
  async hold(probe: Probe, code: string, reason: string): Promise<boolean> {
    const begun = await this.database.query(
      `WITH begun AS (
         INSERT INTO profile_hold (profile_id, probe, code, reason, next_probe_at, unanswered_since)
         VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5), (SELECT sent_at FROM ida_answer WHERE profile_id = $1))
         ON CONFLICT (profile_id) DO NOTHING RETURNING 1
       ) SELECT pg_notify(current_schema() || '_request', $6) FROM begun`,
      [this.profileId, probe, code, reason, PROBE_DELAY_SECONDS_MIN[probe], this.topic],
    );
    return begun.length > 0;
  }

  /** Tells of a hold that waits for `probe` why that has failed last. @returns whether this is another reason. */
  async changeReason(probe: Probe, code: string, reason: string): Promise<boolean> {
    const changed = await this.database.query(
      `UPDATE profile_hold SET code = $3, reason = $4
        WHERE profile_id = $1 AND probe = $2 AND (code, reason) <> ($3, $4) RETURNING 1`,
      [this.profileId, probe, code, reason],
    );
    return changed.length > 0;
  }

  /** The next probe of a hold that waits for `probe` is due now; the back-off goes on from there. */
  async makeProbeDue(probe: Probe): Promise<void> {
    await this.database.query(
      'UPDATE profile_hold SET next_probe_at = least(next_probe_at, now()) WHERE profile_id = $1 AND probe = $2',
      [this.profileId, probe],
    );
  }

  async currentHold(): Promise<ProfileHold | undefined> {
    const [row] = await this.database.query<ProfileHold>(
      `SELECT ${HOLD_COLUMNS} FROM profile_hold WHERE profile_id = $1`,
      [this.profileId],
    );
    return row;
  }

  /**
   * Takes the right to make the next probe, when one is due. One seeder gets it; the next one is due later.
   * @param dueForSeconds whether it has been due for so long, and nobody else has taken it
   */
  async takeProbe(dueForSeconds = 0): Promise<ProfileHold | undefined> {
    const [row] = await this.database.query<ProfileHold>(
      `UPDATE profile_hold SET attempts = attempts + 1, next_probe_at = now() + ${probeDelay('($2::jsonb ->> probe)::float8', 'attempts + 1')}
        WHERE profile_id = $1 AND next_probe_at <= now() - make_interval(secs => $3) RETURNING ${HOLD_COLUMNS}`,
      [this.profileId, JSON.stringify(PROBE_DELAY_SECONDS_MIN), dueForSeconds],
    );
    return row;
  }

  /** Ends the hold, whatever it waits for, or only one that waits for `probe`. @returns whether there was one. */
  async lift(probe?: Probe): Promise<boolean> {
    const lifted = await this.database.query(
      `WITH lifted AS (DELETE FROM profile_hold WHERE profile_id = $1 AND probe = coalesce($2, probe) RETURNING profile_id),
            counted AS (${COUNT_HELD_TIME_OF_PROFILE})
       SELECT 1 FROM lifted`,
      [this.profileId, probe ?? null],
    );
    return lifted.length > 0;
  }

  /** Holds one request, because its own records keep failing for a reason that stops nobody else. */
  async holdRequest(requestId: string, code: string, reason: string): Promise<void> {
    await this.database.query(
      `INSERT INTO request_hold (request_id, kind, code, reason) VALUES ($1, 'request', $2, $3) ON CONFLICT DO NOTHING`,
      [requestId, code, reason],
    );
  }

  /**
   * Holds a request of which one record cannot be asked about, once nothing else of it has work: until then the others go on,
   * also those of a range that waits because of a fault. One that waits for nothing but to be asked again has none: its
   * records may be refused each time as well.
   * @param endedBy an answer about one of its people, who are tried now and then; or somebody's hand alone
   * @returns whether it is held now
   */
  async holdRequestAtItsEnd(
    { requestId, n }: RangeOfRequest,
    code: string,
    reason: string,
    endedBy: 'an answer' | 'hand',
  ): Promise<boolean> {
    const held = await this.database.query(
      `INSERT INTO request_hold (request_id, kind, code, reason, next_probe_at)
       SELECT $1, 'request', $3, $4, now() + make_interval(secs => $5)
        WHERE NOT EXISTS (SELECT 1 FROM range WHERE request_id = $1 AND n <> $2 AND finished_at IS NULL
                             AND set_aside_at IS NULL AND (again_at IS NULL OR faults > 0))
       ON CONFLICT DO NOTHING RETURNING 1`,
      [requestId, n, code, reason, endedBy === 'an answer' ? PROBE_DELAY_SECONDS_MIN.record : null],
    );
    return held.length > 0;
  }

  /** What holds the request up; nothing does when empty. */
  async holdsOf(requestId: string): Promise<readonly Hold[]> {
    return this.database.query<Hold>(holdsOfRequest('$1', '$2'), [requestId, this.profileId]);
  }

  /** What holds everybody up: the hold of the profile, or that no seeder that lives can ask. */
  async holdOfAll(): Promise<HoldOfAll | undefined> {
    const [row] = await this.database.query<HoldOfAll>(`${holdsOfProfile('$1')} LIMIT 1`, [this.profileId]);
    return row;
  }

  /** How many unfinished requests something holds: a reason of their own, a pause, or what holds all. */
  async requestsHeld(): Promise<number> {
    const [row] = await this.database.query<{ held: number }>(
      `SELECT count(*)::int AS held FROM request r
        WHERE r.profile_id = $1 AND r.state IN ('pulling', 'submitted', 'processing')
          AND r.cancel_asked_at IS NULL AND EXISTS (SELECT 1 FROM (${holdsOfRequest('r.id', 'r.profile_id')}) h)`,
      [this.profileId],
    );
    return row?.held ?? 0;
  }

  /**
   * Reserves calls under the rate that all seeders share; no more than {@link RESERVED_AT_ONCE_MS} says, by a seeder that has
   * used up what it reserved before, or let it lapse. What stands further ahead than all seeders together can have reserved
   * was noted before the database's clock was set back, and counts for nothing.
   * @returns how many milliseconds from now the first of them may go; the others follow evenly at the rate.
   */
  async reserveCalls(calls: number, perSecondMax: number): Promise<number> {
    const [row] = await this.database.query<{ waitMs: number }>(
      `INSERT INTO rate_budget AS b (profile_id, next_free_at) VALUES ($1, now() + make_interval(secs => $2))
       ON CONFLICT (profile_id) DO UPDATE SET next_free_at = make_interval(secs => $2) + CASE
            WHEN b.next_free_at < now() + make_interval(secs => $3 + $4::float8 * (SELECT 1 + count(*) FROM seeder))
            THEN greatest(b.next_free_at, now()) ELSE now() END
       RETURNING (1000 * extract(epoch FROM next_free_at - now() - make_interval(secs => $2)))::float8 AS "waitMs"`,
      [
        this.profileId,
        calls / perSecondMax,
        AHEAD_SECONDS_MIN,
        // That of a seeder, and of the one that it has taken the place of.
        2 * Math.max(1 / perSecondMax, RESERVED_AT_ONCE_MS / 1000),
      ],
    );
    return Math.max(0, row?.waitMs ?? 0);
  }

  /**
   * Notes that a seeder asks nobody for a reason of its own, which its profile does not share.
   * @param nextTryInMs when it looks next whether that is gone
   */
  async holdSeeder(seederId: string, code: string, reason: string, nextTryInMs: number): Promise<void> {
    await this.database.query(
      `UPDATE seeder
          SET held_code = $2, held_reason = $3, held_since = coalesce(held_since, now()),
              held_next_try_at = now() + make_interval(secs => $4)
        WHERE id = $1`,
      [seederId, code, reason, nextTryInMs / 1000],
    );
  }

  /** One that holds itself looks next so much later from now. */
  async putSeederOff(seederId: string, nextTryInMs: number): Promise<void> {
    await this.database.query(
      'UPDATE seeder SET held_next_try_at = now() + make_interval(secs => $2) WHERE id = $1 AND held_code IS NOT NULL',
      [seederId, nextTryInMs / 1000],
    );
  }

  async releaseSeeder(seederId: string): Promise<void> {
    await this.database.query(
      `WITH counted AS (${COUNT_HELD_TIME_OF_SEEDERS})
       UPDATE seeder SET held_code = NULL, held_reason = NULL, held_since = NULL, held_next_try_at = NULL WHERE id = $1`,
      [seederId],
    );
  }

  /** The seeders that live and ask nobody for a reason of their own, the longest first. */
  async heldSeeders(): Promise<readonly HeldSeeder[]> {
    return this.database.query<HeldSeeder>(
      `SELECT id, host, process_id AS "processId", held_code AS code, held_reason AS reason, held_since AS since,
              ${SEEDER_TRIES_AT} AS "nextTryAt"
         FROM seeder WHERE ${SEEDER_LIVES} AND held_code IS NOT NULL ORDER BY held_since`,
    );
  }

  /** Notes that IDA was silent in a probe which this seeder has made, so that the next is another one's. */
  async noteFailedProbe(seederId: string): Promise<void> {
    await this.database.query('UPDATE seeder SET probe_failed_at = now() WHERE id = $1', [seederId]);
  }

  /** How many others live and ask whose last failed probe is longer ago than that of this seeder, or who had none. */
  async othersToProbeFirst(seederId: string): Promise<number> {
    const [row] = await this.database.query<{ others: number }>(
      `SELECT count(*)::int AS others FROM seeder
        WHERE ${SEEDER_LIVES} AND held_code IS NULL AND id <> $1
          AND coalesce(probe_failed_at, '-infinity') < (SELECT probe_failed_at FROM seeder WHERE id = $1)`,
      [seederId],
    );
    return row?.others ?? 0;
  }

  /** Whether a seeder other than this one lives and asks. */
  async isAskedByOthers(seederId: string): Promise<boolean> {
    const others = await this.database.query(
      `SELECT 1 FROM seeder WHERE ${SEEDER_LIVES} AND held_code IS NULL AND id <> $1 LIMIT 1`,
      [seederId],
    );
    return others.length > 0;
  }
}
