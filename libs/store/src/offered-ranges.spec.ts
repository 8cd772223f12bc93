import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { WaitingRange } from './offered-ranges.js';
import { ALL, type StoreFixture, storeFixture } from './spec-support/fixture.js';
import { SteeringStore } from './steering-store.js';

let fixture: StoreFixture;
beforeAll(async () => {
  fixture = await storeFixture();
});
afterAll(async () => fixture.database.close());

const five = [{}, {}, {}, {}, {}];

async function offered(ids: readonly string[]): Promise<readonly string[]> {
  const waiting = await fixture.offered.waiting(1000);
  return waiting.map((range) => range.requestId).filter((id) => ids.includes(id));
}

async function unattended(): Promise<readonly string[]> {
  return (await fixture.offered.unattended(ALL)).map(({ requestId }) => requestId);
}

async function leftOf(id: string): Promise<readonly WaitingRange[]> {
  return (await fixture.offered.left(1000)).filter(({ requestId }) => requestId === id);
}

describe('what waits', () => {
  it('is offered request by request, however many ranges the oldest of them has', async () => {
    const long = await fixture.submit(Array.from({ length: 1501 }, () => ({})));
    const short = await fixture.submit(five);
    const order = (await fixture.offered.waiting(1000))
      .filter(({ requestId }) => [long.id, short.id].includes(requestId))
      .map(({ requestId, n }) => [requestId === long.id ? 'long' : 'short', n]);
    expect(order).toEqual([
      ['long', 0],
      ['short', 0],
      ['long', 1],
      ['long', 2],
      ['long', 3],
    ]);
  });

  it('is known of all requests but one', async () => {
    await fixture.database.query(`UPDATE request SET state = 'processed'`);
    const [one, other] = [await fixture.submit(five), await fixture.submit(five)];
    expect(await fixture.offered.isAnotherWaiting(one.id)).toBe(true);
    await fixture.taken(other.id);
    expect(await fixture.offered.isAnotherWaiting(one.id)).toBe(false);
  });

  it('of a request is taken in turn: what was begun first, then in source order', async () => {
    const { id } = await fixture.submit(Array.from({ length: 1001 }, () => ({})));
    await fixture.ranges.finish(await fixture.taken(id, 1));
    const left = await fixture.taken(id, 0);
    await fixture.ranges.finish(left, 0);
    const order = [await fixture.ranges.takeNext(id), await fixture.ranges.takeNext(id)];
    expect(order.map((lease) => lease?.n)).toEqual([1, 2]);
    const waiting = await fixture.offered.waiting(1000);
    expect(waiting.filter(({ requestId }) => requestId === id).map(({ n }) => n)).toEqual([0]);
    expect(await fixture.offered.hasWaiting(id)).toBe(true);
    expect((await fixture.ranges.takeNext(id))?.n).toBe(0);
    expect(await fixture.ranges.takeNext(id)).toBeUndefined();
    expect(await fixture.offered.hasWaiting(id)).toBe(false);
  });

  it('is not taken and does not count where the request is held', async () => {
    const { id } = await fixture.submit(five);
    await new SteeringStore(fixture.database, fixture.requests).pause(id);
    expect(await fixture.ranges.takeNext(id)).toBeUndefined();
    expect(await fixture.offered.hasWaiting(id)).toBe(false);
    expect(await unattended()).not.toContain(id);
  });

  it('while nobody works on any of it is found page by page', async () => {
    const ids = [
      (await fixture.submit(five)).id,
      (await fixture.submit(five)).id,
      (await fixture.submit(five)).id,
    ].toSorted();
    const [first = '', second = '', third = ''] = ids;
    const pageAfter = async (afterId: string): Promise<readonly string[]> =>
      (await fixture.offered.unattended({ limit: 1, afterId })).map(({ requestId }) => requestId);
    const all = await unattended();
    expect(all.filter((id) => ids.includes(id))).toEqual(ids);
    expect(await pageAfter(first)).toEqual([all[all.indexOf(first) + 1]]);
    await fixture.taken(second);
    expect(await unattended()).not.toContain(second);
    await fixture.letLeasesExpire();
    expect(await unattended()).toContain(second);
    expect(await unattended()).toContain(third);
  });

  it('of a long list is not found while one of its ranges is worked on', async () => {
    const { id } = await fixture.submit(Array.from({ length: 501 }, () => ({})));
    await fixture.taken(id, 1);
    expect(await unattended()).not.toContain(id);
  });
});

describe('what is left of a range', () => {
  it('waits for its time, behind all ranges that nobody has begun', async () => {
    const left = await fixture.submit(five);
    const lease = await fixture.taken(left.id);
    await fixture.ranges.markSent(lease, 5);
    await fixture.ranges.finish(lease, 3600);
    const fresh = await fixture.submit(five);
    expect(await fixture.ranges.take(left.id, 0)).toBeUndefined();
    expect(await offered([left.id, fresh.id])).toEqual([fresh.id]);
    await fixture.database.query(`UPDATE range SET again_at = now() WHERE request_id = $1`, [left.id]);
    expect(await offered([left.id, fresh.id])).toEqual([fresh.id, left.id]);
    expect((await fixture.taken(left.id)).epoch).toBe(2);
  });
});

describe('a range is left', () => {
  it('when its lease has run out, and not while it is held, or once it was handed back', async () => {
    const { id } = await fixture.submit(five);
    expect(await leftOf(id)).toEqual([]);
    const lease = await fixture.taken(id);
    expect(await leftOf(id)).toEqual([]);
    await fixture.letLeasesExpire();
    expect(await leftOf(id)).toEqual([{ requestId: id, n: 0 }]);
    await fixture.ranges.finish(lease);
    expect(await leftOf(id)).toEqual([]);
    expect(await fixture.offered.waiting(1000)).toContainEqual({ requestId: id, n: 0 });
  });

  it('for nobody while its request is held', async () => {
    const { id } = await fixture.submit(five);
    await fixture.taken(id);
    await fixture.letLeasesExpire();
    await new SteeringStore(fixture.database, fixture.requests).pause(id);
    expect(await leftOf(id)).toEqual([]);
  });
});
