import { openRequestKey, RecordSealer } from '@mts/crypto';
import { sealRequestOptions } from '@mts/inputs';
import { until } from '@mts/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { Bench } from './spec-support/running-seeder.js';
import { tokenOf } from './spec-support/stub-ida.js';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(async () => bench.close());

async function inputKey(id: string) {
  const request = await bench.requests.find(id);
  const key = request && (await openRequestKey(request, 'input', bench.keks));
  if (!key) throw new Error('the request cannot be opened');
  return key;
}

/** What no gateway of this version stores. */
async function overwrite(id: string, line: number, text: string): Promise<void> {
  const place = { table: 'record', column: 'sealed_input', requestId: id, line };
  const sealed = new RecordSealer(await inputKey(id)).seal(place, Buffer.from(text));
  await bench.database.query('UPDATE record SET sealed_input = $3 WHERE request_id = $1 AND line = $2', [
    id,
    line,
    sealed,
  ]);
}

async function ended(id: string): Promise<void> {
  await until(async () => (await bench.progress(id)).state.startsWith('processed'));
}

it('a record that cannot be read ends by itself, once noted without what it holds, and the others are asked', async () => {
  const id = await bench.submit(['1001', '1002', '1003']);
  await overwrite(id, 1, '{"vid": "1001", "name": Emana}');
  await overwrite(id, 3, 'null');
  await bench.startSeeder();
  await ended(id);
  expect((await bench.rows(id)).map((row) => [row.vid, row.token, row.errorCode])).toEqual([
    [null, null, 'MTS-IDA-006'],
    ['1002', tokenOf('1002'), null],
    [null, null, 'MTS-IDA-006'],
  ]);
  expect(bench.ida.asked).toEqual(['1002']);
  const noted = bench.logLines.filter((line) => line.includes('cannot be read'));
  expect(noted).toHaveLength(1);
  expect(noted[0]).toContain(id);
  expect(noted[0]).not.toMatch(/Emana|1001/);
});

it('a record that no mapping finds an end of ends its request too', async () => {
  const id = await bench.submit(['1001', '1002']);
  const mapping = { name: [`a${'[:]'.repeat(5000)}[]`] };
  const options = { mapping, language: 'eng', nameDelimiter: ' ', fullAddressDelimiter: ', ' };
  await bench.database.query('UPDATE request SET sealed_options = $2 WHERE id = $1', [
    id,
    sealRequestOptions(id, options, await inputKey(id)),
  ]);
  await overwrite(id, 1, '{"vid": "1001", "a": [["x"]]}');
  await bench.startSeeder();
  await ended(id);
  expect((await bench.rows(id)).map((row) => [row.vid, row.errorCode])).toEqual([
    ['1001', 'ATS-REQ-102'],
    ['1002', null],
  ]);
});
