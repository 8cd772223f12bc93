import { SetAsideStore, SteeringStore } from '@mts/store';
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

interface Sealed {
  readonly line: number;
  readonly sealed: Buffer;
}

/** What a disk does to a byte. @returns the rows as they were */
async function flip(id: string, lines: readonly number[]): Promise<readonly Sealed[]> {
  return bench.database.query<Sealed>(
    `UPDATE record r SET sealed_input = set_byte(r.sealed_input, 40, 255 - get_byte(r.sealed_input, 40)) FROM record before
      WHERE r.request_id = $1 AND r.line = ANY ($2) AND before.request_id = r.request_id AND before.line = r.line
     RETURNING r.line, before.sealed_input AS sealed`,
    [id, lines],
  );
}

async function bringBack(id: string, rows: readonly Sealed[]): Promise<void> {
  for (const { line, sealed } of rows)
    await bench.database.query('UPDATE record SET sealed_input = $3 WHERE request_id = $1 AND line = $2', [
      id,
      line,
      sealed,
    ]);
}

it('a record that does not open any more is left open, with its range set aside in the end, and all others are asked once', async () => {
  const persons = people(600);
  const id = await bench.submit(persons);
  const whole = await flip(id, [3, 41]);
  await bench.startSeeder({ MTS_IDA_IN_FLIGHT_MAX: '4' });
  const range = await until(setAside);
  expect(range).toMatchObject({ requestId: id, n: 0, kind: 'SealBrokenError', open: 2, openLines: [3, 41] });
  const logged = bench.logLines.filter((line) => line.includes('a range is set aside'));
  expect(logged.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { requestId: id, n: 0, kind: 'SealBrokenError', broken: 2, lines: '3, 41' },
  ]);
  await until(async () => (await bench.progress(id)).done === 598);
  await bringBack(id, whole);
  expect(await new SetAsideStore(bench.database).putBack(id, 0)).toBe(true);
  await until(async () => {
    await bench.reconcileLater();
    return (await bench.progress(id)).state === 'processed';
  });
  expect(bench.ida.asked.toSorted()).toEqual(persons.toSorted());
  expect((await bench.rows(id)).map((row) => row.token)).toEqual(persons.map(tokenOf));
});

it('while a range waits because of a fault its request is held, which says when it is tried again', async () => {
  const id = await bench.submit(['1001', '1002']);
  const whole = await flip(id, [2]);
  await bench.startSeeder();
  const [hold] = await until(async () => {
    const holds = await bench.profile.holdsOf(id);
    return holds.length > 0 ? holds : undefined;
  });
  expect(hold).toMatchObject({ kind: 'request', code: 'MTS-REQ-012', nextTryAt: expect.any(Date) });
  expect(hold?.reason).toContain('(SealBrokenError; 1 of 5 tries have failed)');
  expect(bench.ida.asked).toEqual(['1001']);
  await bringBack(id, whole);
  await new SteeringStore(bench.database, bench.requests).resume(id, 'request');
  await bench.reconcile();
  await until(async () => (await bench.progress(id)).state === 'processed');
  expect(await bench.profile.holdsOf(id)).toEqual([]);
});

it('one for whom somebody waits and whose record does not open has its range set aside too', async () => {
  const id = await bench.submitAwaited('1001');
  await flip(id, [1]);
  await bench.startSeeder();
  expect(await until(setAside)).toMatchObject({ requestId: id, kind: 'SealBrokenError', openLines: [1] });
  expect(bench.ida.asked).toEqual([]);
});

it('a record that does not open is not what IDA is probed with', async () => {
  const id = await bench.submit(['1001', '1002']);
  await flip(id, [1]);
  await bench.profile.hold('record', 'MTS-IDA-101', 'IDA cannot be reached');
  await bench.startSeeder();
  await until(async () => {
    await bench.database.query('UPDATE profile_hold SET next_probe_at = now()');
    return (await bench.progress(id)).done === 1;
  });
  expect(bench.ida.asked).toEqual(['1002']);
});

it('a range whose request works on though its keys are missing is set aside in the end', async () => {
  const id = await bench.submit(['1001']);
  await bench.database.query(
    `UPDATE wrapped_key SET wrapped = NULL, erased_at = now() WHERE subject = $1 AND purpose = 'input'`,
    [id],
  );
  await bench.startSeeder();
  expect(await until(setAside)).toMatchObject({ requestId: id, kind: 'RequestErasedError', openLines: [1] });
  expect(bench.ida.asked).toEqual([]);
});

it('a range that is lost in the moment when a fault of it is noted is taken for lost, and not for another fault', async () => {
  const id = await bench.submit(['1001', '1002']);
  await flip(id, [2]);
  // As the statement of whoever erases the request would, just before: it is not found any more.
  await bench.database.query(
    'CREATE FUNCTION lost() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$',
  );
  await bench.database.query(
    'CREATE TRIGGER lost BEFORE UPDATE OF faults ON range FOR EACH ROW EXECUTE FUNCTION lost()',
  );
  await bench.startSeeder();
  await until(() => bench.logLines.some((line) => line.includes('the range was taken over')));
  const levels = bench.logLines.map((line) => (JSON.parse(line) as { level: string }).level);
  expect(levels).not.toContain('error');
});
