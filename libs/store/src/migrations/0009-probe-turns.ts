import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whose turn it is to be probed with, see ProbeStore. */
export class ProbeTurns1763890000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // probed_at: when it was last chosen for a probe of everybody. newcomer_probed: the last such probe was a newcomer's.
    await runner.query('ALTER TABLE request ADD COLUMN probed_at timestamptz');
    await runner.query('ALTER TABLE profile_hold ADD COLUMN newcomer_probed boolean NOT NULL DEFAULT false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE request DROP COLUMN probed_at');
    await runner.query('ALTER TABLE profile_hold DROP COLUMN newcomer_probed');
  }
}
