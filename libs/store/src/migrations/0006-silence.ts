import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What tells a person about whom IDA never answers, and a list of such, from an outage: see SilenceStore. */
export class Silence1763860000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of REVERSED) await runner.query(statement);
  }
}

const STATEMENTS = [
  // next_probe_at, attempts: as of a hold of the profile; null where only somebody lifts the hold.
  // last_resorts: probes so far that found nobody who was not asked before; in_last_resort: the last one did.
  `ALTER TABLE request_hold
     ADD COLUMN next_probe_at timestamptz,
     ADD COLUMN attempts integer NOT NULL DEFAULT 0,
     ADD COLUMN last_resorts integer NOT NULL DEFAULT 0,
     ADD COLUMN in_last_resort boolean NOT NULL DEFAULT false`,
  `ALTER TABLE profile_hold
     ADD COLUMN last_resorts integer NOT NULL DEFAULT 0,
     ADD COLUMN in_last_resort boolean NOT NULL DEFAULT false`,
  // When the last call about it was sent that got no answer, as far as is known. Of the few records that have it there is
  // an index; the many without are still written in place.
  'ALTER TABLE record ADD COLUMN asked_at timestamptz',
  'CREATE INDEX record_asked ON record (asked_at) WHERE asked_at IS NOT NULL',
  // When the latest of the calls was sent that IDA has answered.
  `CREATE TABLE ida_answer (
    profile_id text PRIMARY KEY,
    sent_at timestamptz NOT NULL
  )`,
];

const REVERSED = [
  'DROP TABLE ida_answer',
  'DROP INDEX record_asked',
  'ALTER TABLE record DROP COLUMN asked_at',
  'ALTER TABLE profile_hold DROP COLUMN last_resorts, DROP COLUMN in_last_resort',
  `ALTER TABLE request_hold DROP COLUMN next_probe_at, DROP COLUMN attempts, DROP COLUMN last_resorts,
     DROP COLUMN in_last_resort`,
];
