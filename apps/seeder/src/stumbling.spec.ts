import { SetAsideStore } from '@mts/store';
import { until } from '@mts/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { Bench } from './spec-support/running-seeder.js';
import { tokenOf } from './spec-support/stub-ida.js';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(async () => bench.close());

const people = (count: number): string[] => Array.from({ length: count }, (_, at) => String(1000 + at));

async function setAside() {
  await bench.reconcileLater();
  return (await new SetAsideStore(bench.database).setAsideRanges())[0];
}

it('a sealed row that cannot be opened has its range set aside in the end, and the rest of the list asked once', async () => {
  const persons = people(600);
  const id = await bench.submit(persons);
  const [broken] = await bench.database.query<{ sealed: Buffer }>(
    'SELECT sealed_input AS sealed FROM record WHERE request_id = $1 AND line = 3',
    [id],
  );
  await bench.database.query(
    'UPDATE record SET sealed_input = set_byte(sealed_input, 40, 255 - get_byte(sealed_input, 40)) WHERE request_id = $1 AND line = 3',
    [id],
  );
  await bench.startSeeder({ MTS_IDA_IN_FLIGHT_MAX: '4' });
  const range = await until(setAside);
  expect(range).toMatchObject({ requestId: id, n: 0, kind: 'SealBrokenError' });
  const logged = bench.logLines.filter((line) => line.includes('a range is set aside'));
  expect(logged).toHaveLength(1);
  await until(async () => (await bench.progress(id)).done >= 100);
  await bench.database.query('UPDATE record SET sealed_input = $2 WHERE request_id = $1 AND line = 3', [
    id,
    broken?.sealed,
  ]);
  expect(await new SetAsideStore(bench.database).putBack(id, 0)).toBe(true);
  await until(async () => {
    await bench.reconcileLater();
    return (await bench.progress(id)).state === 'processed';
  });
  expect(bench.ida.asked.toSorted()).toEqual(persons.toSorted());
  expect((await bench.rows(id)).map((row) => row.token)).toEqual(persons.map(tokenOf));
});
