import type { MigrationInterface, QueryRunner } from 'typeorm';

/** By what an operator knows a seeder, when one that holds itself tries again, and what no estimate is to count. */
export class SeedersShown1763900000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE seeder
         ADD COLUMN host text,
         ADD COLUMN process_id integer,
         ADD COLUMN held_next_try_at timestamptz`,
    );
    // unanswered_since: when the last call was sent that IDA had answered before the hold began.
    await runner.query('ALTER TABLE profile_hold ADD COLUMN unanswered_since timestamptz');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE seeder DROP COLUMN host, DROP COLUMN process_id, DROP COLUMN held_next_try_at',
    );
    await runner.query('ALTER TABLE profile_hold DROP COLUMN unanswered_since');
  }
}
