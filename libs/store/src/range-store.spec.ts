import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ProfileStore } from './profile-store.js';
import { FIRST_TWIN_AFTER, type Lease, LeaseLostError, type Renewal } from './range-store.js';
import { INVALID, outcome, type StoreFixture, storeFixture } from './spec-support/fixture.js';
import { SilenceStore } from './silence-store.js';
import { SteeringStore } from './steering-store.js';

let fixture: StoreFixture;
beforeAll(async () => {
  fixture = await storeFixture();
});
afterAll(async () => fixture.database.close());

const five = [{}, {}, {}, {}, {}];

/** A list of which all records of the first range have their outcomes, and that is not finished. */
async function complete(length = 1): Promise<{ readonly id: string; readonly lease: Lease }> {
  const { id } = await fixture.submit(Array.from({ length }, () => ({})));
  const lease = await fixture.taken(id);
  await fixture.saveOutcomes(
    lease,
    Array.from({ length: lease.toLine }, (_, at) => outcome(at + 1)),
  );
  return { id, lease };
}

const workable = (lease: Lease): Renewal<Lease> => ({
  standing: new Set([lease]),
  workable: new Set([lease]),
});

/** What is under way may end. */
const onlyStanding = (lease: Lease): Renewal<Lease> => ({ standing: new Set([lease]), workable: new Set() });

async function stateOf(id: string): Promise<string | undefined> {
  return (await fixture.requests.find(id))?.state;
}

describe('a lease on a range', () => {
  it('is given to one taker only, until it runs out', async () => {
    const { id } = await fixture.submit(five);
    const all = await Promise.all(Array.from({ length: 6 }, async () => fixture.ranges.take(id, 0)));
    expect(all.filter((lease) => lease !== undefined)).toHaveLength(1);
    await fixture.letLeasesExpire();
    expect((await fixture.taken(id)).epoch).toBe(2);
  });

  it('once lost to another writes nothing any more', async () => {
    const { id } = await fixture.submit(five);
    const [frozen] = [await fixture.taken(id)];
    await fixture.letLeasesExpire();
    await fixture.taken(id);
    await expect(fixture.ranges.markSent(frozen, 5)).rejects.toThrow(LeaseLostError);
    await expect(fixture.ranges.mark(frozen, [1], 'sent')).rejects.toThrow(LeaseLostError);
    await expect(fixture.saveOutcomes(frozen, [outcome(1)])).rejects.toThrow(LeaseLostError);
    await expect(fixture.ranges.finish(frozen)).rejects.toThrow(LeaseLostError);
    expect(await fixture.states(id)).toEqual([
      'submitted',
      'submitted',
      'submitted',
      'submitted',
      'submitted',
    ]);
    expect((await fixture.requests.progress(id)).done).toBe(0);
    expect((await fixture.ranges.renew([frozen])).standing).toEqual(new Set());
  });

  it('stands through a hold of its request, and nothing new may be begun under it', async () => {
    const { id } = await fixture.submit(five);
    const lease = await fixture.taken(id);
    expect(await fixture.ranges.renew([lease])).toEqual(workable(lease));
    await new ProfileStore(fixture.database, 'default').holdRequest(id, 'IDA-DEA-002', 'language');
    expect(await fixture.ranges.renew([lease])).toEqual(onlyStanding(lease));
  });

  it('that is renewed while all are held is passed by no probe: nobody is asked whom the first may be asking', async () => {
    const { id } = await fixture.submit(five);
    const lease = await fixture.taken(id);
    const profile = new ProfileStore(fixture.database, 'default');
    await profile.hold('record', 'MTS-IDA-102', 'no answer');
    await fixture.letLeasesExpire();
    expect(await fixture.ranges.renew([lease])).toEqual(onlyStanding(lease));
    expect(await fixture.ranges.take(id, 0, 'probe')).toBeUndefined();
    await profile.lift();
    expect(await fixture.offered.hasWaiting(id)).toBe(false);
    expect(await fixture.ranges.take(id, 0)).toBeUndefined();
    await fixture.saveOutcomes(lease, [outcome(1)]);
    await fixture.ranges.finish(lease);
    expect(await fixture.offered.hasWaiting(id)).toBe(true);
  });
});

describe('a seeder that dies', () => {
  it('leaves what it sent without an answer as unknown, and what it did not send as submitted', async () => {
    const { id } = await fixture.submit(five);
    const lease = await fixture.taken(id);
    await fixture.ranges.markSent(lease, 3);
    await fixture.saveOutcomes(lease, [outcome(2)]);
    await fixture.letLeasesExpire();
    const next = await fixture.taken(id);
    expect(await fixture.states(id)).toEqual(['unknown', 'processed', 'unknown', 'submitted', 'submitted']);
    const open = await fixture.ranges.openRecords(next, 0, 10);
    expect(open.map((record) => [record.line, record.attempts])).toEqual([
      [1, 1],
      [3, 1],
      [4, 0],
      [5, 0],
    ]);
  });

  it('while it asks again leaves the record unknown with both asks counted', async () => {
    const { id } = await fixture.submit([{}]);
    await fixture.ranges.markSent(await fixture.taken(id), 1);
    await fixture.letLeasesExpire();
    await fixture.ranges.mark(await fixture.taken(id), [1], 'sent');
    await fixture.letLeasesExpire();
    const [record] = await fixture.ranges.openRecords(await fixture.taken(id), 0, 10);
    expect(record).toMatchObject({ state: 'unknown', attempts: 2 });
  });

  it('leaves a record that is known not to have been asked as not asked', async () => {
    const { id } = await fixture.submit([{}, {}]);
    const lease = await fixture.taken(id);
    await fixture.ranges.markSent(lease, 2);
    await fixture.ranges.mark(lease, [2], 'not asked');
    await fixture.letLeasesExpire();
    const open = await fixture.ranges.openRecords(await fixture.taken(id), 0, 10);
    expect(open.map((record) => [record.state, record.attempts, record.withdrawn])).toEqual([
      ['unknown', 1, false],
      ['submitted', 0, true],
    ]);
  });
});

describe('a mark', () => {
  it('that is made twice, for the answer to the first was lost, counts once', async () => {
    const { id } = await fixture.submit([{}]);
    const lease = await fixture.taken(id);
    await fixture.ranges.markSent(lease, 1);
    await fixture.ranges.mark(lease, [1], 'unknown');
    await twice(async () => fixture.ranges.mark(lease, [1], 'sent'));
    expect(await fixture.ranges.openRecords(lease, 0, 1)).toMatchObject([{ state: 'sent', attempts: 2 }]);
    await twice(async () => fixture.ranges.mark(lease, [1], 'not asked'));
    expect(await fixture.ranges.openRecords(lease, 0, 1)).toMatchObject([
      { state: 'submitted', attempts: 1 },
    ]);
  });
});

async function twice(work: () => Promise<void>): Promise<void> {
  await work();
  await work();
}

describe('outcomes', () => {
  it('are counted once, and a first one is never overwritten by a second', async () => {
    const { id } = await fixture.submit(five);
    const lease = await fixture.taken(id);
    await fixture.saveOutcomes(lease, [outcome(1), outcome(2, 'error')]);
    await fixture.saveOutcomes(lease, [outcome(1, 'error'), outcome(2)]);
    await fixture.ranges.mark(lease, [1], 'unknown');
    expect((await fixture.states(id)).slice(0, 2)).toEqual(['processed', 'error']);
    expect(await fixture.requests.progress(id)).toEqual({ total: 5, done: 1, failed: 1, invalid: 0 });
  });

  it('of several requests and ranges are stored together, each in its own line, but for lost leases', async () => {
    const thousand = Array.from({ length: 1000 }, () => ({}));
    const [one, other, lost] = [
      await fixture.submit(thousand),
      await fixture.submit(five),
      await fixture.submit(five),
    ];
    const frozen = await fixture.taken(lost.id);
    await fixture.letLeasesExpire();
    const leases = [
      await fixture.taken(one.id, 0),
      await fixture.taken(one.id, 1),
      await fixture.taken(other.id),
    ] as const;
    const rows = [
      { lease: leases[1], outcome: outcome(501) },
      { lease: frozen, outcome: outcome(1) },
      { lease: leases[0], outcome: outcome(2, 'error') },
      { lease: leases[2], outcome: outcome(2) },
      { lease: leases[0], outcome: outcome(3) },
    ];
    await fixture.taken(lost.id);
    expect(await fixture.ranges.saveOutcomes(rows)).toEqual(new Set([frozen]));
    const ended = (await fixture.states(one.id)).flatMap((state, index) =>
      state === 'submitted' ? [] : [[index + 1, state]],
    );
    expect(ended).toEqual([
      [2, 'error'],
      [3, 'processed'],
      [501, 'processed'],
    ]);
    expect((await fixture.states(other.id)).indexOf('processed')).toBe(1);
    expect(await fixture.requests.progress(one.id)).toMatchObject({ done: 2, failed: 1 });
    expect(await fixture.requests.progress(other.id)).toMatchObject({ done: 1 });
    expect(await fixture.requests.progress(lost.id)).toMatchObject({ done: 0 });
  });
});

/** The earlier one has run out, and the range was taken again. */
async function twoLeases(): Promise<{ readonly id: string; readonly old: Lease; readonly current: Lease }> {
  const { id } = await fixture.submit(five);
  const old = await fixture.taken(id);
  await fixture.letLeasesExpire();
  return { id, old, current: await fixture.taken(id) };
}

describe('two leases of one range in one process', () => {
  it('the earlier one is lost, and of its outcomes none is kept beside those of the later one', async () => {
    const { id, old, current } = await twoLeases();
    const rows = [
      { lease: old, outcome: outcome(1, 'error') },
      { lease: current, outcome: outcome(2) },
      { lease: old, outcome: outcome(3) },
    ];
    expect(await fixture.ranges.saveOutcomes(rows)).toEqual(new Set([old]));
    expect(await fixture.states(id)).toEqual([
      'submitted',
      'processed',
      'submitted',
      'submitted',
      'submitted',
    ]);
    expect(await fixture.requests.progress(id)).toMatchObject({ done: 1, failed: 0 });
  });

  it('only the later one is renewed', async () => {
    const { old, current } = await twoLeases();
    expect(await fixture.ranges.renew([old, current])).toEqual(workable(current));
  });
});

describe('the end of a request', () => {
  it('comes with its last range, in whatever order ranges end, and takes the input key', async () => {
    const { id, ranges } = await fixture.submit(Array.from({ length: 1001 }, () => ({})));
    expect(ranges).toBe(3);
    const leases = await Promise.all([2, 0, 1].map(async (n) => fixture.taken(id, n)));
    for (const lease of leases) {
      const lines = Array.from(
        { length: lease.toLine - lease.fromLine + 1 },
        (_, index) => lease.fromLine + index,
      );
      await fixture.saveOutcomes(
        lease,
        lines.map((line) => outcome(line)),
      );
    }
    const ends = await Promise.all(leases.map(async (lease) => fixture.ranges.finish(lease)));
    expect(ends.filter((state) => state !== undefined)).toEqual(['processed']);
    expect(await fixture.requests.find(id)).toMatchObject({
      state: 'processed',
      wrappedInputKey: null,
      sealedOptions: null,
    });
    expect(await fixture.requests.find(id)).not.toMatchObject({ wrappedResultsKey: null });
  });

  it('does not come while a record is open: the range is handed back', async () => {
    const { id } = await fixture.submit(five);
    const lease = await fixture.taken(id);
    await fixture.saveOutcomes(lease, [outcome(1)]);
    expect(await fixture.ranges.finish(lease)).toBeUndefined();
    expect(await fixture.offered.waiting(1000)).toContainEqual({ requestId: id, n: 0 });
  });

  it('says that there were errors when a record was invalid or refused', async () => {
    const { id } = await fixture.submit([{}, INVALID]);
    const lease = await fixture.taken(id);
    await fixture.saveOutcomes(lease, [outcome(1)]);
    expect(await fixture.ranges.finish(lease)).toBe('processed_with_errors');
  });
});

describe('identical records', () => {
  const index = Buffer.alloc(16, 7);
  /** 600 records, those of these lines identical. */
  const listWith = (...lines: readonly number[]) =>
    Array.from({ length: 600 }, (_, at) => (lines.includes(at + 1) ? { recordIndex: index } : {}));

  it('share one outcome and count in the range of the first, also across ranges', async () => {
    const { id } = await fixture.submit(listWith(10, 11, 600));
    const [first, second] = [await fixture.taken(id, 0), await fixture.taken(id, 1)];
    for (const lease of [first, second]) {
      const open = await fixture.ranges.openRecords(lease, 0, 1000);
      expect(open.some(({ line }) => line === 11 || line === 600)).toBe(false);
    }
    expect(await fixture.ranges.openTwins(first, FIRST_TWIN_AFTER, 10)).toEqual([]);
    await fixture.saveOutcomes(first, [outcome(10), outcome(12, 'error')]);
    expect(await fixture.ranges.openTwins(second, FIRST_TWIN_AFTER, 10)).toEqual([]);
    expect(await fixture.ranges.openTwins(first, FIRST_TWIN_AFTER, 10)).toEqual([
      { ...outcome(10), twins: [11, 600] },
    ]);
    await fixture.saveOutcomes(first, [outcome(11), outcome(600)]);
    expect(await fixture.ranges.openTwins(first, FIRST_TWIN_AFTER, 10)).toEqual([]);
    expect(await fixture.requests.progress(id)).toMatchObject({ total: 600, done: 3, failed: 1 });
    expect(await fixture.ranges.finish(second)).toBeUndefined();
  });

  it('are read so many lines at a time, in order of the records that they share the outcome of', async () => {
    const other = Buffer.alloc(16, 8);
    const records = listWith(1, 3, 5, 599).with(1, { recordIndex: other }).with(3, { recordIndex: other });
    const { id } = await fixture.submit(records);
    const lease = await fixture.taken(id, 0);
    await fixture.saveOutcomes(lease, [outcome(1), outcome(2)]);
    const read = async (ofLine: number, line: number) =>
      (await fixture.ranges.openTwins(lease, { ofLine, line }, 2)).map((one) => [one.line, one.twins]);
    expect(await read(0, 0)).toEqual([[1, [3, 5]]]);
    expect(await read(1, 5)).toEqual([
      [1, [599]],
      [2, [4]],
    ]);
    expect(await read(2, 4)).toEqual([]);
  });
});

describe('a hold', () => {
  it('of a request stops that request until it is resumed', async () => {
    const { id } = await fixture.submit(five);
    await new ProfileStore(fixture.database, 'default').holdRequest(id, 'IDA-MPA-006', 'policy');
    expect(await fixture.ranges.take(id, 0)).toBeUndefined();
    await new SteeringStore(fixture.database, fixture.requests).resume(id, 'request');
    expect(await fixture.offered.waiting(1000)).toContainEqual({ requestId: id, n: 0 });
  });

  it('of the profile stops all but a probe, and work waits again once it is lifted', async () => {
    const { id } = await fixture.submit(five);
    const profile = new ProfileStore(fixture.database, 'default');
    await profile.hold('record', 'MTS-IDA-102', 'no answer');
    expect(await fixture.ranges.take(id, 0)).toBeUndefined();
    expect(await fixture.offered.waiting(1000)).toEqual([]);
    expect((await profile.holdsOf(id)).map((hold) => [hold.kind, hold.code])).toEqual([
      ['profile', 'MTS-IDA-102'],
    ]);
    const probe = await fixture.ranges.take(id, 0, 'probe');
    expect(probe && (await fixture.ranges.renew([probe])).workable).toEqual(new Set([probe]));
    expect(probe && (await fixture.ranges.finish(probe))).toBeUndefined();
    await profile.lift();
    expect(await fixture.offered.waiting(1000)).toContainEqual({ requestId: id, n: 0 });
  });
});

describe('a range whose records are all final when its seeder is killed', () => {
  it('is finished, and its request with it, once its lease has run out', async () => {
    const { id, lease } = await complete();
    expect(await fixture.finishComplete()).toEqual([]);
    await fixture.letLeasesExpire();
    expect(await fixture.finishComplete()).toEqual([id]);
    expect(await stateOf(id)).toBe('processed');
    await expect(fixture.ranges.finish(lease)).rejects.toThrow(LeaseLostError);
    expect(await fixture.finishComplete()).toEqual([]);
  });

  it('is finished alone where others of the list have work', async () => {
    const { id } = await complete(501);
    await fixture.letLeasesExpire();
    expect(await fixture.finishComplete()).toEqual([]);
    expect(await stateOf(id)).toBe('processing');
    expect(await fixture.offered.waiting(1000)).toContainEqual({ requestId: id, n: 1 });
    expect(await fixture.offered.waiting(1000)).not.toContainEqual(
      expect.objectContaining({ requestId: id, n: 0 }),
    );
  });

  it('is finished whatever holds it up, but for a pause', async () => {
    const [profile, steering] = [
      new ProfileStore(fixture.database, 'default'),
      new SteeringStore(fixture.database, fixture.requests),
    ];
    const silence = new SilenceStore(fixture.database, 'default');
    const [silent, ofItself, stumbled, ofAll, paused] = [
      await complete(),
      await complete(),
      await complete(),
      await complete(),
      await complete(),
    ];
    await silence.holdRequest(silent.id, 'MTS-IDA-102', 'silence');
    await profile.holdRequest(ofItself.id, 'IDA-MPA-006', 'policy');
    await fixture.database.query('UPDATE range SET set_aside_at = now() WHERE request_id = $1', [
      stumbled.id,
    ]);
    await profile.hold('record', 'MTS-IDA-102', 'silence');
    await steering.pause(paused.id);
    await fixture.letLeasesExpire();
    const ended = [silent, ofItself, stumbled, ofAll].map(({ id }) => id);
    expect((await fixture.finishComplete()).toSorted()).toEqual(ended.toSorted());
    await steering.resume(paused.id, 'operator');
    expect(await fixture.finishComplete()).toEqual([paused.id]);
    await profile.lift();
  });
});
