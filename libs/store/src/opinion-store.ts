import type { Database } from './database.js';
import { SEEDER_IS_HEARD } from './holds.js';

/**
 * What the other seeders say of IDA: `well` when one of them was answered; `undecided` as long as one may yet be;
 * `not well` when the preflights of all have failed, or there is no other one that lives and asks.
 */
export type OpinionOfOthers = 'well' | 'undecided' | 'not well';

/** What each seeder finds of IDA by its own preflights, so that the fault of one is not taken for that of all. */
export class OpinionStore {
  constructor(
    private readonly database: Database,
    private readonly profileId: string,
    private readonly seederId: string,
  ) {}

  /** What tells that a seeder asks, see Notifications; wakes up only, for the question stands in the table. */
  get topic(): string {
    return `opinion/${this.profileId}`;
  }

  /** @param begunAt by the database's clock */
  async notePreflight(ok: boolean, begunAt: Date): Promise<void> {
    await this.database.query('UPDATE seeder SET preflight_ok = $2, preflight_at = $3 WHERE id = $1', [
      this.seederId,
      ok,
      begunAt,
    ]);
  }

  /** Has all others make a preflight of their own. */
  async ask(): Promise<void> {
    await this.database.query(
      `WITH asking AS (UPDATE seeder SET asks_since = now() WHERE id = $1 RETURNING 1)
       SELECT pg_notify(current_schema() || '_request', $2) FROM asking`,
      [this.seederId, this.topic],
    );
  }

  /** Nobody needs to find out anything for this seeder any more. */
  async withdraw(): Promise<void> {
    await this.database.query('UPDATE seeder SET asks_since = NULL WHERE id = $1', [this.seederId]);
  }

  /** Whether another seeder asks for a preflight that was begun later than the last one of this seeder. */
  async isAsked(): Promise<boolean> {
    const asking = await this.database.query(
      `SELECT 1 FROM seeder me JOIN seeder o ON o.id <> me.id
        WHERE me.id = $1 AND ${SEEDER_IS_HEARD('o')} AND o.asks_since > coalesce(me.preflight_at, '-infinity') LIMIT 1`,
      [this.seederId],
    );
    return asking.length > 0;
  }

  /** To be asked when a preflight of this seeder has failed, and was noted. */
  async ofOthers(): Promise<OpinionOfOthers> {
    const [row] = await this.database.query<{ opinion: OpinionOfOthers }>(OF_OTHERS, [
      this.seederId,
      this.profileId,
    ]);
    return row?.opinion ?? 'not well';
  }
}

/**
 * A success counts that was begun after the question; so does a person who was asked after it, and answered: this seeder asks
 * nobody then. A failure counts from the beginning of the own one on; or when that one too has a question that is open, for
 * where all fail at once, none is to wait for another preflight.
 */
const OF_OTHERS = `
  SELECT CASE WHEN bool_or(is_well) THEN 'well' WHEN bool_or(NOT has_failed) THEN 'undecided' ELSE 'not well' END AS opinion
    FROM (
      SELECT (o.preflight_ok AND o.preflight_at >= me.asks_since OR a.sent_at >= me.asks_since) IS TRUE AS is_well,
             (NOT o.preflight_ok AND (o.preflight_at >= me.preflight_at OR o.asks_since IS NOT NULL)) IS TRUE AS has_failed
        FROM seeder me JOIN seeder o ON o.id <> me.id LEFT JOIN ida_answer a ON a.profile_id = $2
       WHERE me.id = $1 AND ${SEEDER_IS_HEARD('o')} AND o.held_code IS NULL
    ) others`;
