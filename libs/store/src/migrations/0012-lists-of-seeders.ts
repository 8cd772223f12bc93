import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How lists are divided among seeders: see SeederStore.listsOfAll. */
export class ListsOfSeeders1764010000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Of which it works on a range; null of one of an earlier version, which does not tell.
    await runner.query('ALTER TABLE seeder ADD COLUMN lists integer');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE seeder DROP COLUMN lists');
  }
}
