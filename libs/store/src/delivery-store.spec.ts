import { afterAll, beforeAll, expect, it } from 'vitest';

import { DeliveryStore, SteeringStore } from './index.js';
import { ALL, outcome, storeFixture, type StoreFixture } from './spec-support/fixture.js';

let fixture: StoreFixture;
let deliveries: DeliveryStore;
beforeAll(async () => {
  fixture = await storeFixture();
  deliveries = new DeliveryStore(fixture.database);
});
afterAll(async () => fixture.database.close());

/** A request with one record and a delivery. */
async function request(): Promise<string> {
  const id = await fixture.receive([{}]);
  await deliveries.create(id, 'callback', Buffer.from('target'));
  await fixture.database.transaction(async (tx) => fixture.requests.submit(id, 1, tx));
  return id;
}

async function ended(): Promise<string> {
  const id = await request();
  const lease = await fixture.ranges.take(id, 0);
  if (lease === undefined) throw new Error('the range has no work');
  await fixture.saveOutcomes(lease, [outcome(1)]);
  await fixture.ranges.finish(lease);
  return id;
}

it('a delivery is due when its request has ended, not before', async () => {
  const [open, over] = [await request(), await ended()];
  expect(await deliveries.find(open)).toMatchObject({ state: 'pending', dueSince: null });
  expect(await deliveries.take(open)).toBeUndefined();
  expect(await deliveries.find(over)).toMatchObject({ state: 'waiting', attempts: 0 });
  const due = (await deliveries.due(ALL)).map(({ requestId }) => requestId);
  expect(due).toContain(over);
  expect(due).not.toContain(open);
});

it('a delivery is held by one at a time, and by another once its lease is over', async () => {
  const id = await ended();
  const first = await deliveries.take(id);
  expect(first).toMatchObject({ requestId: id });
  expect(await deliveries.take(id)).toBeUndefined();
  expect((await deliveries.due(ALL)).map(({ requestId }) => requestId)).not.toContain(id);
  if (first === undefined) throw new Error('nothing to take');
  expect((await deliveries.renew([first])).standing).toEqual(new Set([first]));

  await fixture.database.query(`UPDATE delivery SET lease_until = now() - interval '1 second'`);
  expect((await deliveries.due(ALL)).map(({ requestId }) => requestId)).toContain(id);
  const second = await deliveries.take(id);
  expect((await deliveries.renew([first])).standing).toEqual(new Set());
  if (second === undefined) throw new Error('nothing to take');
  expect((await deliveries.renew([first, second])).standing).toEqual(new Set([second]));
});

it('the results of a cancelled request are withheld until somebody asks for them', async () => {
  const id = await request();
  await new SteeringStore(fixture.database, fixture.requests).cancel(id);
  expect(await deliveries.find(id)).toMatchObject({ state: 'withheld' });
  expect(await deliveries.take(id)).toBeUndefined();
  await fixture.database.transaction(async (tx) => deliveries.again(id, tx));
  expect(await deliveries.take(id)).toMatchObject({ requestId: id });
});

it('a delivery that waits for its next try has no work until then', async () => {
  const id = await ended();
  const lease = await deliveries.take(id);
  if (lease === undefined) throw new Error('nothing to take');
  await deliveries.end(lease, {
    state: 'waiting',
    attempts: 1,
    tryInMs: 60_000,
    code: 'MTS-DLV-102',
    reason: 'r',
  });
  expect(await deliveries.take(id)).toBeUndefined();
  expect(await deliveries.find(id)).toMatchObject({ state: 'waiting', attempts: 1, code: 'MTS-DLV-102' });

  await fixture.database.transaction(async (tx) => deliveries.again(id, tx));
  expect(await deliveries.take(id)).toMatchObject({ requestId: id });
});

async function letLeaseExpire(secondsAgo: number): Promise<void> {
  await fixture.database.query('UPDATE delivery SET lease_until = now() - make_interval(secs => $1)', [
    secondsAgo,
  ]);
}

it('a delivery that was not given back is nobody’s while a call of whoever had it may be under way', async () => {
  const id = await ended();
  const lease = await deliveries.take(id);
  if (lease === undefined) throw new Error('nothing to take');
  await deliveries.begin(lease, 60);
  await letLeaseExpire(30);
  expect(await deliveries.take(id)).toBeUndefined();
  expect((await deliveries.due(ALL)).map(({ requestId }) => requestId)).not.toContain(id);
  await letLeaseExpire(61);
  expect((await deliveries.due(ALL)).map(({ requestId }) => requestId)).toContain(id);
  expect(await deliveries.take(id)).toMatchObject({ requestId: id });
  await expect(deliveries.begin(lease, 60)).rejects.toThrow('no longer ours');
});

it('whoever delivers writes nothing more from the moment the request is erased, and no delivery is left open', async () => {
  const id = await ended();
  const lease = await deliveries.take(id);
  if (lease === undefined) throw new Error('nothing to take');
  await deliveries.note(lease, undefined, 1);
  await new SteeringStore(fixture.database, fixture.requests).erase(id);
  await expect(deliveries.note(lease, { line: 1, as: 'delivered' }, 2)).rejects.toThrow('no longer ours');
  await expect(deliveries.end(lease, { state: 'delivered' })).rejects.toThrow('no longer ours');
  expect(await deliveries.find(id)).toMatchObject({ state: 'withheld' });
});

it('is not taken once the results are erased', async () => {
  const id = await ended();
  await fixture.requests.archive(id);
  expect(await deliveries.take(id)).toBeUndefined();
  expect((await deliveries.due(ALL)).map(({ requestId }) => requestId)).not.toContain(id);
});

it('asking again for what is delivered, or has nothing to deliver, changes nothing', async () => {
  const id = await ended();
  const lease = await deliveries.take(id);
  if (lease === undefined) throw new Error('nothing to take');
  await deliveries.end(lease, { state: 'delivered' });
  await fixture.database.transaction(async (tx) => {
    expect(await deliveries.again(id, tx)).toBe('nothing');
    expect(await deliveries.again(await request(), tx)).toBe('nothing');
  });
  expect(await deliveries.find(id)).toMatchObject({ state: 'delivered' });
});
