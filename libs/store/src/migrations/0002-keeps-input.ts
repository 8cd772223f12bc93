import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Results that are made of the records as received need the input key as long as there are results. */
export class KeepsInput1763800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE request ADD COLUMN keeps_input boolean NOT NULL DEFAULT false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE request DROP COLUMN keeps_input');
  }
}
