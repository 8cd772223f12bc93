import { errorText } from '@mts/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { standingHolds } from './hold-store.js';
import { OverviewStore } from './overview-store.js';
import { ProfileStore } from './profile-store.js';
import { type Lease, LeaseLostError } from './range-store.js';
import { SetAsideStore } from './set-aside-store.js';
import { type StoreFixture, storeFixture } from './spec-support/fixture.js';
import { SteeringStore } from './steering-store.js';

let fixture: StoreFixture;
let store: SetAsideStore;
beforeAll(async () => {
  fixture = await storeFixture();
  store = new SetAsideStore(fixture.database);
});
afterAll(async () => fixture.database.close());

async function taken(id: string): Promise<Lease> {
  await fixture.database.query('UPDATE range SET again_at = now() WHERE request_id = $1', [id]);
  return fixture.taken(id);
}

async function fail(id: string, times: number): Promise<boolean> {
  let isSetAside = false;
  for (let fault = 0; fault < times; fault += 1)
    isSetAside = await store.noteFault(await taken(id), 'TypeError');
  return isSetAside;
}

async function setAside(): Promise<string> {
  const { id } = await fixture.submit([{}, {}]);
  await fail(id, 5);
  return id;
}

async function isOffered(id: string): Promise<boolean> {
  return (await fixture.offered.waiting(1000)).some(({ requestId }) => requestId === id);
}

describe('a range on which the program stumbles', () => {
  it('waits longer after each fault', async () => {
    const { id } = await fixture.submit([{}]);
    const waits: number[] = [];
    for (let fault = 0; fault < 4; fault += 1) {
      await fail(id, 1);
      const [row] = await fixture.database.query<{ seconds: number }>(
        'SELECT extract(epoch FROM again_at - now())::float8 AS seconds FROM range WHERE request_id = $1',
        [id],
      );
      waits.push(row?.seconds ?? 0);
      expect(await fixture.ranges.take(id, 0)).toBeUndefined();
    }
    expect(waits.map((seconds) => Math.round(seconds / 5))).toEqual([1, 2, 4, 8]);
  });

  it('is set aside at the fifth in a row, and not offered any more, not even for a probe', async () => {
    const { id } = await fixture.submit([{}]);
    expect(await fail(id, 4)).toBe(false);
    expect(await fail(id, 1)).toBe(true);
    await fixture.database.query('UPDATE range SET again_at = now() WHERE request_id = $1', [id]);
    expect(await isOffered(id)).toBe(false);
    expect(await fixture.ranges.take(id, 0)).toBeUndefined();
    expect(await fixture.ranges.take(id, 0, 'probe')).toBeUndefined();
    expect(await store.setAsideRanges()).toContainEqual({
      requestId: id,
      n: 0,
      fromLine: 1,
      toLine: 1,
      kind: 'TypeError',
      since: expect.any(Date),
      open: 1,
      openLines: [1],
    });
  });

  it('is not, when the work on it came to its end without a fault in between', async () => {
    const { id } = await fixture.submit([{}]);
    await fail(id, 4);
    await fixture.ranges.finish(await taken(id), 5);
    expect(await fail(id, 4)).toBe(false);
  });

  it('is set aside all the same when the work on it was only stopped in between, or it was probed', async () => {
    const { id } = await fixture.submit([{}]);
    await fail(id, 4);
    await fixture.ranges.finish(await fixture.taken(id, 0, 'probe'));
    await fixture.ranges.finish(await taken(id));
    expect(await fail(id, 1)).toBe(true);
  });

  it('is noted by nobody who has lost it', async () => {
    const { id } = await fixture.submit([{}]);
    const lost = await taken(id);
    await fixture.letLeasesExpire();
    await taken(id);
    await expect(store.noteFault(lost, 'TypeError')).rejects.toThrow(LeaseLostError);
  });
});

describe('a range that waits because of a fault', () => {
  it('holds its request from the first one on, and says what it was and when it is tried again', async () => {
    const { id } = await fixture.submit([{}]);
    await fail(id, 2);
    const [hold, ...others] = await new ProfileStore(fixture.database, 'default').holdsOf(id);
    expect(others).toEqual([]);
    expect(hold).toMatchObject({
      kind: 'request',
      code: 'MTS-REQ-012',
      reason: errorText('MTS-REQ-012', { problem: 'TypeError; 2 of 5 tries have failed' }),
    });
    const waitMs = (hold?.nextTryAt?.getTime() ?? 0) - (hold?.since.getTime() ?? 0);
    expect(waitMs).toBe(10_000);
    expect(await standingHolds(fixture.database)).toContainEqual({
      ...hold,
      subject: id,
      host: null,
      processId: null,
    });
  });

  it('waits on while it is probed and after that, and its request is held as before', async () => {
    const { id } = await fixture.submit([{}]);
    const profile = new ProfileStore(fixture.database, 'default');
    await fail(id, 3);
    const [before] = await profile.holdsOf(id);
    const probe = await fixture.taken(id, 0, 'probe');
    expect(await profile.holdsOf(id)).toEqual([before]);
    await fixture.ranges.finish(probe);
    expect(await profile.holdsOf(id)).toEqual([before]);
    expect(await fixture.ranges.take(id, 0)).toBeUndefined();
  });

  it('holds it no more while it is tried, and once it was worked on', async () => {
    const { id } = await fixture.submit([{}]);
    const profile = new ProfileStore(fixture.database, 'default');
    await fail(id, 1);
    const lease = await taken(id);
    expect(await profile.holdsOf(id)).toEqual([]);
    await fixture.ranges.finish(lease, 30);
    expect(await profile.holdsOf(id)).toEqual([]);
  });

  it('is tried at once, and with all its tries, when its request is resumed', async () => {
    const { id } = await fixture.submit([{}]);
    await fail(id, 4);
    expect(await isOffered(id)).toBe(false);
    await new SteeringStore(fixture.database, fixture.requests).resume(id, 'request');
    expect(await isOffered(id)).toBe(true);
    expect(await fail(id, 4)).toBe(false);
  });
});

describe('a range that is set aside', () => {
  it('is told as what holds its request, with how to go on', async () => {
    const id = await setAside();
    const told = {
      kind: 'request',
      code: 'MTS-REQ-011',
      reason: errorText('MTS-REQ-011', { requestId: id }),
    };
    expect(await new ProfileStore(fixture.database, 'default').holdsOf(id)).toMatchObject([told]);
    expect((await new OverviewStore(fixture.database).find(id))?.holds).toMatchObject([told]);
  });

  it('leaves the other ranges of its request alone', async () => {
    const { id } = await fixture.submit(Array.from({ length: 600 }, () => ({})));
    await fail(id, 5);
    expect(await fixture.offered.waiting(1000)).toContainEqual({ requestId: id, n: 1 });
  });

  it('can be taken by one alone, for what is ended by hand, and stays set aside until it is put back', async () => {
    const id = await setAside();
    const lease = await store.take(id, 0);
    expect(lease).toMatchObject({ requestId: id, fromLine: 1, toLine: 2 });
    expect(await store.take(id, 0)).toBeUndefined();
    expect(await isOffered(id)).toBe(false);
    expect(await store.putBack(id, 0)).toBe(true);
    expect(await isOffered(id)).toBe(true);
    expect(await store.take(id, 0)).toBeUndefined();
  });

  it('is offered again when it is put back, with all its tries', async () => {
    const id = await setAside();
    expect([await store.putBack(id, 0), await store.putBack(id, 0)]).toEqual([true, false]);
    expect(await isOffered(id)).toBe(true);
    expect(await new ProfileStore(fixture.database, 'default').holdsOf(id)).toEqual([]);
    expect(await fail(id, 4)).toBe(false);
  });

  it('is offered again when its request is resumed', async () => {
    const id = await setAside();
    await new SteeringStore(fixture.database, fixture.requests).resume(id, 'request');
    expect(await isOffered(id)).toBe(true);
  });
});
