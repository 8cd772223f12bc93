import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the engine needs to tell when to ask again, what to leave alone, and what each seeder does. */
export class Engine1763840000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE range DROP COLUMN again_at, DROP COLUMN faults, DROP COLUMN set_aside_at, DROP COLUMN set_aside_kind',
    );
    await runner.query(
      `ALTER TABLE seeder DROP COLUMN in_flight_limit, DROP COLUMN in_flight_share, DROP COLUMN latency_ms,
         DROP COLUMN calls_per_second, DROP COLUMN in_flight_max_all, DROP COLUMN rate_per_second_max, DROP COLUMN held_code, DROP COLUMN held_reason, DROP COLUMN held_since`,
    );
  }
}

const STATEMENTS = [
  // again_at: what is left of a range waits until then. faults: unexpected ones in a row; after too many the range is set
  // aside, and somebody has to put it back. set_aside_kind: the name of the error, never its text.
  `ALTER TABLE range
     ADD COLUMN again_at timestamptz,
     ADD COLUMN faults smallint NOT NULL DEFAULT 0,
     ADD COLUMN set_aside_at timestamptz,
     ADD COLUMN set_aside_kind text`,
  // in_flight_limit: what the seeder has found to be good, at most in_flight_max. in_flight_share: of the maximum of all
  // seeders together (in_flight_max_all), null where there is none. rate_per_second_max: null without a cap. held_code: the seeder asks nobody, for a reason of its own.
  `ALTER TABLE seeder
     ADD COLUMN in_flight_limit integer,
     ADD COLUMN in_flight_share integer,
     ADD COLUMN latency_ms double precision,
     ADD COLUMN calls_per_second double precision,
     ADD COLUMN in_flight_max_all integer,
     ADD COLUMN rate_per_second_max double precision,
     ADD COLUMN held_code text,
     ADD COLUMN held_reason text,
     ADD COLUMN held_since timestamptz`,
];
