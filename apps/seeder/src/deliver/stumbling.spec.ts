import { DeadLetterStore, SteeringStore } from '@mts/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { DeliveryBench, type EndedRecord, mismatch, person } from '../spec-support/delivery-bench.js';

let bench: DeliveryBench;
beforeEach(async () => {
  bench = await DeliveryBench.open();
});
afterEach(async () => bench.close());

const PEOPLE = [person(1), mismatch(2), person(3)];

/** Of which the outcome opens, and is none. */
const NONSENSE: EndedRecord = { ...person(2), row: Object.assign(person(2).row, { toJSON: () => null }) };

async function deliver(id: string): Promise<void> {
  await bench.seeder().work({ v: 1, requestId: id });
}

function sent(): string[] {
  return bench.receiver.server.callsTo('/cb').map(({ body }) => body.toString().slice(0, 27));
}

/** What a disk does to a byte. */
async function flipTarget(id: string): Promise<void> {
  await bench.database.query(
    'UPDATE delivery SET sealed_target = set_byte(sealed_target, 40, 255 - get_byte(sealed_target, 40)) WHERE request_id = $1',
    [id],
  );
}

async function loseRecord(id: string): Promise<void> {
  await bench.database.query('DELETE FROM record WHERE request_id = $1 AND line = 2', [id]);
}

async function loseKey(id: string): Promise<void> {
  await bench.database.query(`UPDATE wrapped_key SET wrapped = NULL, erased_at = now() WHERE subject = $1`, [
    id,
  ]);
}

describe.each([
  ['whose target does not open any more', 'SealBrokenError', flipTarget],
  ['of whose records one is missing', 'ResultNotWholeError', loseRecord],
  ['whose keys are missing', 'RequestErasedError', loseKey],
] as const)('a delivery %s', (_what, kind, damage) => {
  const reason = `a fault of this service keeps the results from being delivered (${kind})`;

  it('says so, and waits longer with every try', async () => {
    const id = await bench.ended(PEOPLE, bench.target('/cb', { inBulk: true }));
    await damage(id);
    await deliver(id);
    const first = await bench.delivery(id);
    expect(first).toMatchObject({ state: 'waiting', attempts: 1, code: 'MTS-DLV-112', reason });
    await bench.letWaitEnd();
    await deliver(id);
    const second = await bench.delivery(id);
    expect(second).toMatchObject({ state: 'waiting', attempts: 2, code: 'MTS-DLV-112' });
    expect(second.nextTryAt.getTime() - first.nextTryAt.getTime()).toBeGreaterThan(10_000);
    const told = bench.logLines.map((line) => JSON.parse(line) as { level: string; thrown?: string });
    const error = told.find(({ level }) => level === 'error');
    expect(error).toMatchObject({ requestId: id, kind, thrown: expect.stringMatching(/^ +at /) });
    expect(sent()).toEqual([]);
  });

  it('has failed for good once it is too old, and is a dead letter', async () => {
    const id = await bench.ended(PEOPLE, bench.target('/cb', { inBulk: true }));
    await damage(id);
    bench.now = new Date(Date.now() + 72 * 3_600_000);
    await deliver(id);
    expect(await bench.delivery(id)).toMatchObject({ state: 'failed', code: 'MTS-DLV-112', reason });
    expect(await new DeadLetterStore(bench.database).list()).toMatchObject([
      { kind: 'delivery', requestId: id, code: 'MTS-DLV-112', reason },
    ]);
  });
});

it('a delivery that stumbles over one record sends none before it twice, and tells nothing of it', async () => {
  const id = await bench.ended([person(1), NONSENSE, person(3)], bench.target('/cb'));
  await deliver(id);
  await bench.letWaitEnd();
  await deliver(id);
  expect(sent()).toEqual(['{"vid": "4100000000000001",']);
  expect(await bench.marks(id)).toEqual(['delivered', null, null]);
  expect(await bench.delivery(id)).toMatchObject({ state: 'waiting', attempts: 2, code: 'MTS-DLV-112' });
  expect(bench.logLines.join('\n')).not.toContain('41000000000000');
});

it('a delivery whose request is erased while it is read is no fault', async () => {
  const id = await bench.ended(PEOPLE, bench.target('/cb', { inBulk: true }));
  await loseRecord(id);
  bench.atEnd = async () => new SteeringStore(bench.database, bench.requests).erase(id);
  await deliver(id);
  expect(await bench.delivery(id)).toMatchObject({ state: 'withheld', code: null });
  expect(bench.logLines.filter((line) => line.includes('a fault of this program'))).toEqual([]);
});
