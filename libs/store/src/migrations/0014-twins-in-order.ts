import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Twins are read in bites, in source order: see RangeStore.openTwins. */
export class TwinsInOrder1764030000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX record_twins');
    await runner.query(
      'CREATE INDEX record_twins ON record (request_id, twin_of_line, line) WHERE twin_of_line IS NOT NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX record_twins');
    await runner.query(
      'CREATE INDEX record_twins ON record (request_id, twin_of_line) WHERE twin_of_line IS NOT NULL',
    );
  }
}
