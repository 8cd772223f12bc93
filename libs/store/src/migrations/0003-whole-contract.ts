import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the whole contract needs beside lists and results: owners, pulls, deliveries, steering, erasure. */
export class WholeContract1763820000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of REVERSED) await runner.query(statement);
  }
}

const REQUEST_STATES_BEFORE = `'receiving','submitted','processing','processed','processed_with_errors','submitted_with_errors','cancelled','archived'`;

const STATEMENTS = [
  'ALTER TABLE request DROP CONSTRAINT request_state_check',
  `ALTER TABLE request ADD CONSTRAINT request_state_check CHECK (state IN (${REQUEST_STATES_BEFORE},'pulling'))`,
  // awaited: its caller waits for the answer. duplicates: records that are the same person as an earlier one.
  // sealed_correlation: the caller's own id, sealed with the results key.
  // erase_at: when results go although they are younger than their age, after a download or an acknowledgement.
  // cancel_asked_at: no record is asked from then on; cancelled once those in flight are answered.
  // held_seconds: of the time since its start, as counted through held_through; a hold that goes on is not in it yet.
  `ALTER TABLE request
     ADD COLUMN awaited boolean NOT NULL DEFAULT false,
     ADD COLUMN validate_only boolean NOT NULL DEFAULT false,
     ADD COLUMN duplicates integer NOT NULL DEFAULT 0,
     ADD COLUMN sealed_correlation bytea,
     ADD COLUMN erase_after_download boolean NOT NULL DEFAULT false,
     ADD COLUMN downloaded_at timestamptz,
     ADD COLUMN acknowledged_at timestamptz,
     ADD COLUMN erase_at timestamptz,
     ADD COLUMN cancel_asked_at timestamptz,
     ADD COLUMN held_seconds double precision NOT NULL DEFAULT 0,
     ADD COLUMN held_through timestamptz`,
  'CREATE INDEX request_by_owner ON request (owner, created_at DESC, id DESC)',
  'CREATE INDEX request_by_time ON request (created_at DESC, id DESC)',
  'CREATE INDEX request_to_erase ON request (erase_at) WHERE erase_at IS NOT NULL',
  `CREATE INDEX request_to_cancel ON request (cancel_asked_at)
    WHERE cancel_asked_at IS NOT NULL AND state IN ('submitted','processing')`,
  // same_as_line: the first record that is the same person. delivery: where records are delivered one by one.
  // sealed_reference: the caller's own id of the record, sealed with the results key.
  `ALTER TABLE record
     ADD COLUMN same_as_line integer,
     ADD COLUMN sealed_reference bytea,
     ADD COLUMN delivery text CHECK (delivery IN ('sending','delivered','refused'))`,
  // Counts by code, and what is asked again by code. Records without an error, which are most, are still written in place.
  'CREATE INDEX record_errors ON record (request_id, error_code) WHERE error_code IS NOT NULL',
  'CREATE INDEX record_references ON record (request_id) WHERE sealed_reference IS NOT NULL',
  'CREATE INDEX record_duplicates ON record (request_id, same_as_line, line) WHERE same_as_line IS NOT NULL',
  'ALTER TABLE request_hold DROP CONSTRAINT request_hold_kind_check',
  `ALTER TABLE request_hold ADD CONSTRAINT request_hold_kind_check CHECK (kind IN ('request','operator'))`,
  // A list that a seeder fetches. epoch and lease_until as of a range; sealed_source with the input key.
  `CREATE TABLE pull (
    request_id uuid PRIMARY KEY REFERENCES request (id) ON DELETE CASCADE,
    state text NOT NULL CHECK (state IN ('waiting','pulling','pulled','failed')),
    sealed_source bytea,
    attempts integer NOT NULL DEFAULT 0,
    epoch integer NOT NULL DEFAULT 0,
    lease_until timestamptz,
    next_try_at timestamptz NOT NULL DEFAULT now(),
    received integer NOT NULL DEFAULT 0,
    skipped jsonb NOT NULL DEFAULT '{}',
    code text,
    reason text,
    created_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz
  )`,
  `CREATE INDEX pull_due ON pull (next_try_at) WHERE state IN ('waiting','pulling')`,
  // Results on their way to where the caller wants them; pending until there are results. sealed_target with the results key.
  // lease_until stays when it was not given back: a call may then outlast it, by call_seconds at most.
  `CREATE TABLE delivery (
    request_id uuid PRIMARY KEY REFERENCES request (id) ON DELETE CASCADE,
    kind text NOT NULL,
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending','waiting','delivering','delivered','failed','withheld')),
    sealed_target bytea,
    attempts integer NOT NULL DEFAULT 0,
    epoch integer NOT NULL DEFAULT 0,
    lease_until timestamptz,
    call_seconds integer,
    next_try_at timestamptz NOT NULL DEFAULT now(),
    delivered integer NOT NULL DEFAULT 0,
    refused integer NOT NULL DEFAULT 0,
    code text,
    reason text,
    created_at timestamptz NOT NULL DEFAULT now(),
    due_since timestamptz,
    ended_at timestamptz
  )`,
  `CREATE INDEX delivery_due ON delivery (next_try_at) WHERE state IN ('waiting','delivering')`,
  // Keyed HMACs of a caller's Idempotency-Key and of what came with it.
  `CREATE TABLE idempotency (
    owner text NOT NULL,
    key_index bytea NOT NULL,
    content_index bytea NOT NULL,
    request_id uuid NOT NULL REFERENCES request (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (owner, key_index)
  )`,
  'CREATE INDEX idempotency_by_request ON idempotency (request_id)',
  // The key itself is shown once and never stored.
  `CREATE TABLE api_key (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    hash bytea NOT NULL UNIQUE,
    roles text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz,
    last_used_at timestamptz
  )`,
  // Lets a browser follow the events of one request, once, without a header.
  `CREATE TABLE event_ticket (
    hash bytea PRIMARY KEY,
    request_id uuid NOT NULL REFERENCES request (id) ON DELETE CASCADE,
    owner text NOT NULL,
    expires_at timestamptz NOT NULL
  )`,
];

const REVERSED = [
  'DROP TABLE event_ticket',
  'DROP TABLE api_key',
  'DROP TABLE idempotency',
  'DROP TABLE delivery',
  'DROP TABLE pull',
  `DELETE FROM request_hold WHERE kind = 'operator'`,
  'ALTER TABLE request_hold DROP CONSTRAINT request_hold_kind_check',
  `ALTER TABLE request_hold ADD CONSTRAINT request_hold_kind_check CHECK (kind IN ('request'))`,
  'ALTER TABLE record DROP COLUMN same_as_line, DROP COLUMN sealed_reference, DROP COLUMN delivery',
  'DROP INDEX record_errors',
  'DROP INDEX request_by_owner',
  'DROP INDEX request_by_time',
  `ALTER TABLE request DROP COLUMN awaited, DROP COLUMN validate_only, DROP COLUMN duplicates, DROP COLUMN sealed_correlation,
     DROP COLUMN erase_after_download, DROP COLUMN downloaded_at, DROP COLUMN acknowledged_at, DROP COLUMN erase_at,
     DROP COLUMN cancel_asked_at, DROP COLUMN held_seconds, DROP COLUMN held_through`,
  `DELETE FROM request WHERE state = 'pulling'`,
  'ALTER TABLE request DROP CONSTRAINT request_state_check',
  `ALTER TABLE request ADD CONSTRAINT request_state_check CHECK (state IN (${REQUEST_STATES_BEFORE}))`,
];
