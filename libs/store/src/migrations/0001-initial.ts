import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The first schema. Every word of personal data stands in a `sealed_…` column (see libs/crypto, at-rest) or, as keyed
 * HMAC, in an `…_index` column; tables that will belong to one of several IDA profiles or owners have the column now.
 */
export class Initial1763769600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [
      'rate_budget',
      'firing',
      'ida_preflight',
      'seeder',
      'profile_hold',
      'request_hold',
      'record',
      'range',
      'request',
      'kek',
    ]) {
      await runner.query(`DROP TABLE "${table}"`);
    }
  }
}

const STATEMENTS = [
  `CREATE TABLE kek (
    id text PRIMARY KEY,
    check_value bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE TABLE request (
    id uuid PRIMARY KEY,
    profile_id text NOT NULL DEFAULT 'default',
    owner text NOT NULL DEFAULT 'default',
    state text NOT NULL CHECK (state IN ('receiving','submitted','processing','processed','processed_with_errors','submitted_with_errors','cancelled','archived')),
    input text NOT NULL,
    output text NOT NULL,
    sealed_options bytea,
    kek_id text NOT NULL REFERENCES kek (id),
    wrapped_input_key bytea,
    wrapped_results_key bytea,
    total integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    touched_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    ended_at timestamptz,
    archived_at timestamptz
  )`,
  'CREATE INDEX request_by_state ON request (state, created_at)',
  'CREATE INDEX request_by_kek ON request (kek_id)',
  `CREATE TABLE range (
    request_id uuid NOT NULL REFERENCES request (id) ON DELETE CASCADE,
    n integer NOT NULL,
    from_line integer NOT NULL,
    to_line integer NOT NULL,
    epoch integer NOT NULL DEFAULT 0,
    lease_until timestamptz,
    sent_through_line integer NOT NULL,
    total integer NOT NULL,
    done integer NOT NULL DEFAULT 0,
    failed integer NOT NULL DEFAULT 0,
    invalid integer NOT NULL DEFAULT 0,
    finished_at timestamptz,
    PRIMARY KEY (request_id, n)
  ) WITH (fillfactor = 50)`,
  'CREATE INDEX range_unfinished ON range (request_id, n) WHERE finished_at IS NULL',
  // No foreign key: a check per row would cost more than the row; sweeping and archiving delete by request_id.
  // fillfactor: an outcome is written once into every row, in place when there is room (HOT).
  `CREATE TABLE record (
    request_id uuid NOT NULL,
    line integer NOT NULL,
    state text NOT NULL CHECK (state IN ('submitted','sent','unknown','processed','error','invalid')),
    attempts smallint NOT NULL DEFAULT 0,
    withdrawn boolean NOT NULL DEFAULT false,
    sealed_input bytea,
    sealed_outcome bytea,
    error_code text,
    record_index bytea,
    token_index bytea,
    twin_of_line integer,
    PRIMARY KEY (request_id, line)
  ) WITH (fillfactor = 70)`,
  'CREATE INDEX record_twins ON record (request_id, twin_of_line) WHERE twin_of_line IS NOT NULL',
  `CREATE TABLE request_hold (
    request_id uuid NOT NULL REFERENCES request (id) ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('request')),
    code text NOT NULL,
    reason text NOT NULL,
    since timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (request_id, kind)
  )`,
  `CREATE TABLE profile_hold (
    profile_id text PRIMARY KEY,
    probe text NOT NULL CHECK (probe IN ('preflight','record')),
    code text NOT NULL,
    reason text NOT NULL,
    since timestamptz NOT NULL DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0,
    next_probe_at timestamptz NOT NULL
  )`,
  `CREATE TABLE seeder (
    id uuid PRIMARY KEY,
    started_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now(),
    in_flight integer NOT NULL DEFAULT 0,
    in_flight_max integer NOT NULL
  )`,
  `CREATE TABLE ida_preflight (
    profile_id text PRIMARY KEY,
    ok boolean NOT NULL,
    code text,
    reason text,
    checked_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE TABLE firing (
    schedule text NOT NULL,
    due_at timestamptz NOT NULL,
    PRIMARY KEY (schedule, due_at)
  )`,
  `CREATE TABLE rate_budget (
    profile_id text PRIMARY KEY,
    next_free_at timestamptz NOT NULL
  )`,
];
