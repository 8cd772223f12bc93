import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import {
  type DeliveryLease,
  DeliveryLostError,
  DeliveryStore,
  type LockedDelivery,
  type NewTarget,
  SteeringStore,
  type Transaction,
} from './index.js';
import { withholdDelivery } from './delivery-store.js';
import { ALL, outcome, storeFixture, type StoreFixture } from './spec-support/fixture.js';

const LATER = { state: 'waiting', attempts: 1, tryInMs: 60_000, code: 'MTS-DLV-101', reason: 'r' } as const;
const ANOTHER: NewTarget = { sealedTarget: Buffer.from('corrected'), receiver: 'another' };
const SAME: NewTarget = { sealedTarget: Buffer.from('corrected'), receiver: 'same' };

let fixture: StoreFixture;
let deliveries: DeliveryStore;
let steering: SteeringStore;
beforeAll(async () => {
  fixture = await storeFixture();
  deliveries = new DeliveryStore(fixture.database);
  steering = new SteeringStore(fixture.database, fixture.requests);
});
afterAll(async () => fixture.database.close());

let id: string;
/** A request of three records that has ended, with its delivery due. */
beforeEach(async () => {
  id = await fixture.receive([{}, {}, {}]);
  await deliveries.create(id, 'callback', Buffer.from('target'));
  await fixture.database.transaction(async (tx) => fixture.requests.submit(id, 3, tx));
  const lease = await fixture.ranges.take(id, 0);
  if (lease === undefined) throw new Error('the range has no work');
  await fixture.saveOutcomes(lease, [outcome(1), outcome(2), outcome(3)]);
  await fixture.ranges.finish(lease);
});

async function take(): Promise<DeliveryLease> {
  const lease = await deliveries.take(id);
  if (lease === undefined) throw new Error('nothing to take');
  return lease;
}

/** As whoever asks for it again does: another target is given only to what nobody works on. */
async function again(
  target?: NewTarget,
  meanwhile?: () => Promise<void>,
): Promise<LockedDelivery | undefined> {
  return fixture.database.transaction(async (tx: Transaction) => {
    const locked = await deliveries.lock(id, tx);
    await meanwhile?.();
    if (target !== undefined && locked?.state !== 'delivering') await deliveries.redirect(id, target, tx);
    await deliveries.again(id, tx);
    return locked;
  });
}

async function marks(): Promise<(string | null)[]> {
  const rows = await fixture.database.query<{ delivery: string | null }>(
    'SELECT delivery FROM record WHERE request_id = $1 ORDER BY line',
    [id],
  );
  return rows.map((row) => row.delivery);
}

describe('a delivery whose request is cancelled after its end', () => {
  it('is withheld while it waits for its next try, has no work, and keeps what the fault was', async () => {
    await deliveries.end(await take(), LATER);
    expect(await steering.cancel(id)).toBe('withheld');
    expect(await deliveries.find(id)).toMatchObject({ state: 'withheld', code: LATER.code });
    expect((await deliveries.find(id))?.endedAt).not.toBeNull();
    await fixture.database.query('UPDATE delivery SET next_try_at = now()');
    expect(await deliveries.take(id)).toBeUndefined();
    expect((await deliveries.due(ALL)).map(({ requestId }) => requestId)).not.toContain(id);
    expect(await fixture.requests.find(id)).toMatchObject({ state: 'processed' });
  });

  it('while a record is in flight lets its seeder write nothing more, and renew nothing', async () => {
    const lease = await take();
    await deliveries.note(lease, undefined, 1);
    expect(await steering.cancel(id)).toBe('withheld');
    const sent = { line: 1, as: 'delivered' } as const;
    await expect(deliveries.note(lease, sent, 2)).rejects.toThrow('no longer ours');
    await expect(deliveries.countAll(lease, 3)).rejects.toThrow('no longer ours');
    await expect(deliveries.end(lease, LATER)).rejects.toThrow('no longer ours');
    expect((await deliveries.renew([lease])).standing).toEqual(new Set());
    expect(await deliveries.find(id)).toMatchObject({ state: 'withheld', delivered: 0 });
    expect(await marks()).toEqual(['sending', null, null]);
  });

  it('is not taken up again while a call may still be under way', async () => {
    const before = await take();
    await deliveries.begin(before, 60);
    await deliveries.note(before, undefined, 1);
    await steering.cancel(id);
    await again();
    expect(await deliveries.take(id)).toBeUndefined();
    await fixture.database.query(`UPDATE delivery SET lease_until = lease_until - interval '61 seconds'`);
    const lease = await take();
    await deliveries.begin(lease, 60);
    await deliveries.end(lease, { ...LATER, tryInMs: 0 });
    expect(await take()).toMatchObject({ requestId: id });
  });

  it('is withheld by the second call too, and by several at once', async () => {
    await take();
    const said = await Promise.all([1, 2, 3].map(async () => steering.cancel(id)));
    expect([...said, await steering.cancel(id)]).toEqual(['withheld', 'withheld', 'withheld', 'withheld']);
  });

  it('stays as it is when all is delivered', async () => {
    await deliveries.end(await take(), { state: 'delivered' });
    expect(await steering.cancel(id)).toBe('ended');
    expect(await deliveries.find(id)).toMatchObject({ state: 'delivered' });
  });

  it('is given up when it has failed', async () => {
    await deliveries.end(await take(), { state: 'failed', code: 'MTS-DLV-101', reason: 'r' });
    expect(await steering.cancel(id)).toBe('withheld');
    expect(await deliveries.find(id)).toMatchObject({ state: 'withheld' });
  });

  it('is not there for a request whose results are erased', async () => {
    await fixture.requests.archive(id);
    expect(await steering.cancel(id)).toBe('ended');
    expect(await fixture.database.transaction(async (tx) => deliveries.lock(id, tx))).toBeUndefined();
  });

  it('is stopped again when its request itself was cancelled and somebody has asked for its results', async () => {
    const open = await fixture.receive([{}]);
    await deliveries.create(open, 'callback', Buffer.from('target'));
    await fixture.database.transaction(async (tx) => fixture.requests.submit(open, 1, tx));
    await steering.cancel(open);
    await fixture.database.transaction(async (tx) => deliveries.again(open, tx));
    expect(await deliveries.find(open)).toMatchObject({ state: 'waiting' });
    expect(await steering.cancel(open)).toBe('cancelled');
    expect(await deliveries.find(open)).toMatchObject({ state: 'withheld' });
  });
});

describe('another target', () => {
  it('of the same receiver leaves what was delivered, and sends what was refused or is missing', async () => {
    const lease = await take();
    await deliveries.note(lease, undefined, 1);
    await deliveries.note(lease, { line: 1, as: 'delivered' }, 2);
    await deliveries.note(lease, { line: 2, as: 'refused' }, undefined);
    await deliveries.end(lease, LATER);
    await again(SAME);
    expect(await marks()).toEqual(['delivered', null, null]);
    expect(await deliveries.find(id)).toMatchObject({
      state: 'waiting',
      delivered: 1,
      refused: 0,
      code: null,
    });
    expect((await take()).sealedTarget).toEqual(SAME.sealedTarget);
  });

  it('of another receiver has everything sent, also when the one before has it all', async () => {
    const lease = await take();
    await deliveries.note(lease, undefined, 1);
    await deliveries.note(lease, { line: 1, as: 'delivered' }, undefined);
    await deliveries.end(lease, { state: 'delivered' });
    await again(ANOTHER);
    expect(await marks()).toEqual([null, null, null]);
    expect(await deliveries.find(id)).toMatchObject({ state: 'waiting', delivered: 0, endedAt: null });
    expect(await take()).toMatchObject({ sealedTarget: ANOTHER.sealedTarget });
  });

  it('given while a retry is due is what the seeder that comes meanwhile takes', async () => {
    const taking = Promise.withResolvers<DeliveryLease | undefined>();
    await again(SAME, async () => {
      taking.resolve(deliveries.take(id));
      await fixture.untilOneWaits();
    });
    expect(await taking.promise).toMatchObject({ sealedTarget: SAME.sealedTarget });
  });

  it('asked for while a seeder takes the delivery finds it under way', async () => {
    await take();
    expect(await again()).toMatchObject({ state: 'delivering' });
    expect(await deliveries.find(id)).toMatchObject({ state: 'delivering' });
  });
});

describe('at the same time', () => {
  it('a cancellation leaves a seeder that comes meanwhile without the delivery', async () => {
    const taking = Promise.withResolvers<DeliveryLease | undefined>();
    await fixture.database.transaction(async (tx) => {
      await withholdDelivery(tx, id);
      taking.resolve(deliveries.take(id));
      await fixture.untilOneWaits();
    });
    expect(await taking.promise).toBeUndefined();
    expect(await deliveries.find(id)).toMatchObject({ state: 'withheld' });
  });

  it('two that ask for it again make it due once, with the target of the later', async () => {
    await deliveries.end(await take(), LATER);
    const later = Promise.withResolvers<unknown>();
    await again(ANOTHER, async () => {
      later.resolve(again(SAME));
      await fixture.untilOneWaits();
    });
    await later.promise;
    expect((await take()).sealedTarget).toEqual(SAME.sealedTarget);
    expect(await deliveries.take(id)).toBeUndefined();
  });

  it('cancelling, asking again and delivering block nobody, and no record is forgotten', async () => {
    for (let round = 0; round < 10; round += 1) {
      const lease = await deliveries.take(id);
      const delivering = async (): Promise<void> => {
        if (lease === undefined) return;
        await deliveries.note(lease, undefined, 1);
        await deliveries.note(lease, { line: 1, as: 'refused' }, 2);
      };
      const done = await Promise.allSettled([delivering(), again(SAME), steering.cancel(id), again(ANOTHER)]);
      const faults = done.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
      expect(faults.filter((fault) => !(fault instanceof DeliveryLostError))).toEqual([]);
      await steering.cancel(id);
      await again();
    }
    expect(await deliveries.undelivered(id, 0, 10, 'all')).toHaveLength(3);
    expect(await deliveries.find(id)).toMatchObject({ state: 'waiting', refused: 0 });
  });
});
