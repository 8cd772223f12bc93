import { until } from '@mts/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { Bench } from './spec-support/running-seeder.js';
import { tokenOf } from './spec-support/stub-ida.js';

const MANY = 20_000;
const OTHERS = ['1002', '1003', '1004'];

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(async () => bench.close());

const listOf = (times: number): string[] => ['1002', ...Array<string>(times).fill('1001'), '1003', '1004'];

/** From here on the database notes how many outcomes each statement brings; not, at the end, who is the same person. */
async function noteSaves(): Promise<void> {
  await bench.database.query('CREATE TABLE saved (outcomes bigint NOT NULL)');
  await bench.database.query(`
    CREATE FUNCTION note_saved() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO saved SELECT count(*) FROM changed WHERE sealed_outcome IS NOT NULL AND same_as_line IS NULL;
      RETURN NULL;
    END $$`);
  await bench.database.query(
    'CREATE TRIGGER saved AFTER UPDATE ON record REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_saved()',
  );
}

async function ended(id: string): Promise<void> {
  await until(async () => (await bench.progress(id)).state.startsWith('processed'));
}

it('of one who stands in a list many thousand times IDA is asked once, and no statement stores more than a bite', async () => {
  const id = await bench.submitUnoffered(listOf(MANY));
  await noteSaves();
  await bench.startSeeder();
  await bench.reconcile();
  await ended(id);
  expect(await bench.progress(id)).toMatchObject({ state: 'processed', done: MANY + 3 });
  expect(bench.ida.asked.toSorted()).toEqual(['1001', ...OTHERS]);
  const [saves] = await bench.database.query<{ most: number; all: number }>(
    'SELECT max(outcomes)::int AS most, sum(outcomes)::int AS all FROM saved',
  );
  expect(saves).toEqual({ most: 500, all: MANY + 3 });
}, 60_000);

it('whoever takes a range up after a seeder that died between asks nobody again, and gives the answer to all lines', async () => {
  const id = await bench.submitUnoffered(listOf(1200));
  await bench.database.query(`
    CREATE FUNCTION refuse_twins() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no twin is stored' USING ERRCODE = '53100'; END $$`);
  await bench.database.query(
    `CREATE TRIGGER refuse_twins BEFORE UPDATE ON record FOR EACH ROW WHEN (OLD.twin_of_line IS NOT NULL) EXECUTE FUNCTION refuse_twins()`,
  );
  await bench.startSeeder();
  await bench.reconcile();
  await until(async () => (await bench.progress(id)).done === 4);
  expect(bench.ida.asked.toSorted()).toEqual(['1001', ...OTHERS]);
  // As if it were dead; it finds out when the disk has room again.
  await bench.takeOver(id);
  await bench.startSeeder();
  await bench.reconcile();
  await bench.database.query('DROP TRIGGER refuse_twins ON record');
  await ended(id);
  expect(await bench.progress(id)).toMatchObject({ state: 'processed', done: 1203 });
  expect(bench.ida.asked).toHaveLength(4);
  expect((await bench.rows(id)).map(({ token }) => token)).toEqual(listOf(1200).map(tokenOf));
}, 60_000);
