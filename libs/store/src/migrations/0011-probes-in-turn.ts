import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whose turn it is to probe a hold: see ProfileStore.othersToProbeFirst. */
export class ProbesInTurn1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // When IDA was last silent in a probe that this seeder made.
    await runner.query('ALTER TABLE seeder ADD COLUMN probe_failed_at timestamptz');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE seeder DROP COLUMN probe_failed_at');
  }
}
