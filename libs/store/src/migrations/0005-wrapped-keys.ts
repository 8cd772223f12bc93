import type { MigrationInterface, QueryRunner } from 'typeorm';

/** All wrapped keys in a table of their own: small enough to be written anew whenever keys in it were erased. */
export class WrappedKeys1763850000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of REVERSED) await runner.query(statement);
  }
}

const STATEMENTS = [
  // subject: a request, or a secret that requests share. An erased key leaves its row without bytes until the table has
  // been written anew, see key-rewrite.ts. No foreign keys: a row may outlive its request, and a day key may serve that no
  // process has met at its start.
  `CREATE TABLE wrapped_key (
    subject uuid NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('input','results','idempotency')),
    kek_id text NOT NULL,
    wrapped bytea,
    erased_at timestamptz,
    PRIMARY KEY (subject, purpose),
    CONSTRAINT wrapped_key_erased CHECK ((wrapped IS NULL) = (erased_at IS NOT NULL))
  )`,
  // Never in a TOAST table, which would have to be written anew as well.
  'ALTER TABLE wrapped_key ALTER COLUMN wrapped SET STORAGE PLAIN',
  `INSERT INTO wrapped_key (subject, purpose, kek_id, wrapped)
     SELECT id, 'input', kek_id, wrapped_input_key FROM request WHERE wrapped_input_key IS NOT NULL
     UNION ALL
     SELECT id, 'results', kek_id, wrapped_results_key FROM request WHERE wrapped_results_key IS NOT NULL`,
  // tokens_by_kek: its token_index was begun with a key derived from the key-encryption key, and goes on so.
  'ALTER TABLE request ADD COLUMN tokens_by_kek boolean NOT NULL DEFAULT false',
  `UPDATE request SET tokens_by_kek = true WHERE state <> 'archived'`,
  // What stands here was hashed with the key-encryption key itself, which can now be exchanged: a call that is repeated
  // across this upgrade makes a request of its own.
  'DELETE FROM idempotency',
  'ALTER TABLE idempotency ADD COLUMN secret_id uuid NOT NULL',
  'DROP INDEX request_by_kek',
  'ALTER TABLE request DROP COLUMN kek_id, DROP COLUMN wrapped_input_key, DROP COLUMN wrapped_results_key',
  // A dropped column's bytes stay in the rows until these are written anew, which CLUSTER does.
  'CLUSTER request USING request_pkey',
  'ALTER TABLE request SET WITHOUT CLUSTER',
];

const KEY_OF = (purpose: string): string =>
  `(SELECT wrapped FROM wrapped_key WHERE subject = request.id AND purpose = '${purpose}')`;

const REVERSED = [
  `ALTER TABLE request ADD COLUMN kek_id text REFERENCES kek (id), ADD COLUMN wrapped_input_key bytea,
     ADD COLUMN wrapped_results_key bytea`,
  // Of a request without keys it says nothing any more.
  `UPDATE request
      SET kek_id = coalesce((SELECT min(kek_id) FROM wrapped_key WHERE subject = request.id), (SELECT min(id) FROM kek)),
          wrapped_input_key = ${KEY_OF('input')}, wrapped_results_key = ${KEY_OF('results')}`,
  'ALTER TABLE request ALTER COLUMN kek_id SET NOT NULL',
  'CREATE INDEX request_by_kek ON request (kek_id)',
  'DELETE FROM idempotency',
  'ALTER TABLE idempotency DROP COLUMN secret_id',
  'ALTER TABLE request DROP COLUMN tokens_by_kek',
  'DROP TABLE wrapped_key',
];
