import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the preflights of each seeder come to, and which one asks the others for theirs: see OpinionStore. */
export class SecondOpinion1763880000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // preflight_at: when its last one was begun. asks_since: since one has failed, and the others are to make their own.
    await runner.query(
      `ALTER TABLE seeder
         ADD COLUMN preflight_ok boolean,
         ADD COLUMN preflight_at timestamptz,
         ADD COLUMN asks_since timestamptz`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE seeder DROP COLUMN preflight_ok, DROP COLUMN preflight_at, DROP COLUMN asks_since',
    );
  }
}
