import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { DeliveryStore } from './delivery-store.js';
import { standingHolds } from './hold-store.js';
import { OverviewStore } from './overview-store.js';
import { ProfileStore } from './profile-store.js';
import { type Lease, LeaseLostError } from './range-store.js';
import { INVALID, outcome, type StoreFixture, storeFixture } from './spec-support/fixture.js';
import { type Retry, SteeringStore } from './steering-store.js';

let fixture: StoreFixture;
let steering: SteeringStore;

beforeAll(async () => {
  fixture = await storeFixture();
  steering = new SteeringStore(fixture.database, fixture.requests);
});
afterAll(async () => fixture.database.close());

async function stateOf(id: string): Promise<string | undefined> {
  return (await fixture.requests.find(id))?.state;
}

/** A list of which a record each was answered, refused, sent without an answer, and withdrawn after an answerless ask. */
async function halfAsked(wish = {}): Promise<{ id: string; lease: Lease }> {
  const { id } = await fixture.submit(
    Array.from({ length: 6 }, () => ({})),
    wish,
  );
  const lease = await fixture.taken(id);
  await fixture.ranges.markSent(lease, 4);
  await fixture.saveOutcomes(lease, [outcome(1), outcome(2, 'error')]);
  await fixture.ranges.mark(lease, [4], 'unknown');
  await fixture.ranges.mark(lease, [4], 'sent');
  await fixture.ranges.mark(lease, [4], 'not asked');
  return { id, lease };
}

/** A list that has ended: line 1 with a token, the others with these codes. */
async function endedWith(codes: readonly string[], wish = {}): Promise<string> {
  const { id } = await fixture.submit([{}, ...codes.map(() => ({}))], { keepsInput: true, ...wish });
  const lease = await fixture.taken(id);
  const errors = codes.map((errorCode, index) => ({ ...outcome(index + 2, 'error'), errorCode }));
  await fixture.saveOutcomes(lease, [outcome(1), ...errors]);
  await fixture.ranges.finish(lease);
  return id;
}

async function retry(id: string, codes: readonly string[]): Promise<Retry> {
  return fixture.database.transaction(async (tx) => steering.retry(id, codes, tx));
}

describe('a request that is cancelled', () => {
  it('before anybody works on it has ended at once, and is worked on no more', async () => {
    const { id } = await fixture.submit([{}, {}]);
    await expect(steering.cancel(id)).resolves.toBe('cancelled');
    expect(await stateOf(id)).toBe('cancelled');
    expect(await fixture.states(id)).toEqual(['submitted', 'submitted']);
    expect(await fixture.ranges.take(id, 0)).toBeUndefined();
  });

  it('while it is worked on keeps what comes in, and ends when the last range is handed back', async () => {
    const { id, lease } = await halfAsked();
    await expect(steering.cancel(id)).resolves.toBe('cancelling');
    expect(await stateOf(id)).toBe('processing');
    expect((await fixture.ranges.renew([lease])).workable).toEqual(new Set());
    await fixture.saveOutcomes(lease, [outcome(3)]);
    await expect(fixture.ranges.finish(lease)).resolves.toBe('cancelled');
    expect(await fixture.states(id)).toEqual([
      'processed',
      'error',
      'processed',
      'unknown',
      'submitted',
      'submitted',
    ]);
  });

  it('tells records that IDA may have been asked about from those it was not, with their twins', async () => {
    const twin = { recordIndex: Buffer.from('same') };
    const { id } = await fixture.submit([twin, {}, {}, twin]);
    const lease = await fixture.taken(id);
    await fixture.ranges.markSent(lease, 2);
    await fixture.ranges.mark(lease, [2], 'not asked');
    await steering.cancel(id);
    await fixture.ranges.finish(lease);
    expect(await fixture.states(id)).toEqual(['unknown', 'submitted', 'submitted', 'unknown']);
    const codes = await fixture.database.query(
      'SELECT error_code AS code FROM record WHERE request_id = $1 ORDER BY line',
      [id],
    );
    expect(codes).toEqual([{ code: 'MTS-IDA-005' }, { code: null }, { code: null }, { code: 'MTS-IDA-005' }]);
  });

  it('tells twins that the answer did not reach any more from those who were not asked', async () => {
    const twin = { recordIndex: Buffer.from('same') };
    const { id } = await fixture.submit([twin, {}, twin, twin]);
    const lease = await fixture.taken(id);
    await fixture.ranges.markSent(lease, 1);
    await fixture.saveOutcomes(lease, [outcome(1), outcome(3)]);
    await steering.cancel(id);
    await fixture.ranges.finish(lease);
    expect(await fixture.states(id)).toEqual(['processed', 'submitted', 'processed', 'unknown']);
    expect(await fixture.requests.progress(id)).toMatchObject({ done: 2, failed: 0 });
  });

  it('waits for what its seeder has under way, for as long as that seeder lives', async () => {
    const { id, lease } = await halfAsked();
    await steering.cancel(id);
    await fixture.letLeasesExpire();
    expect(await fixture.ranges.renew([lease])).toEqual({ standing: new Set([lease]), workable: new Set() });
    expect(await fixture.endCancelled()).not.toContain(id);
    await expect(steering.cancel(id)).resolves.toBe('cancelling');
    await fixture.saveOutcomes(lease, [outcome(3)]);
    await expect(fixture.ranges.finish(lease)).resolves.toBe('cancelled');
    expect((await fixture.states(id))[2]).toBe('processed');
  });

  it('whose seeder is gone is ended by the reconciler, and what that seeder brings later is refused', async () => {
    const { id, lease } = await halfAsked();
    await steering.cancel(id);
    expect(await fixture.endCancelled()).not.toContain(id);
    await fixture.letLeasesExpire();
    expect(await fixture.endCancelled()).toContain(id);
    expect(await stateOf(id)).toBe('cancelled');
    await expect(fixture.saveOutcomes(lease, [outcome(3)])).rejects.toThrow(LeaseLostError);
    await expect(fixture.ranges.finish(lease)).rejects.toThrow(LeaseLostError);
  });

  it('when its last record is being stored is cancelled, or has ended before', async () => {
    const { id } = await fixture.submit([{}]);
    const lease = await fixture.taken(id);
    await fixture.saveOutcomes(lease, [outcome(1)]);
    const [cancellation, end] = await Promise.all([steering.cancel(id), fixture.ranges.finish(lease)]);
    expect([cancellation, end, await stateOf(id)]).toEqual(
      cancellation === 'ended'
        ? ['ended', 'processed', 'processed']
        : ['cancelling', 'cancelled', 'cancelled'],
    );
  });

  it('is cancelled though the calls under way bring all outcomes that are missing, and nothing is delivered', async () => {
    const { id } = await fixture.submit([{}, {}]);
    await fixture.database.query(`INSERT INTO delivery (request_id, kind) VALUES ($1, 'callback')`, [id]);
    const lease = await fixture.taken(id);
    await fixture.ranges.markSent(lease, 2);
    await steering.cancel(id);
    await fixture.saveOutcomes(lease, [outcome(1), outcome(2)]);
    await expect(fixture.ranges.finish(lease)).resolves.toBe('cancelled');
    expect(await fixture.states(id)).toEqual(['processed', 'processed']);
    expect(await new DeliveryStore(fixture.database).find(id)).toMatchObject({ state: 'withheld' });
  });

  it('several times at once is cancelled once', async () => {
    const { id } = await fixture.submit([{}]);
    const all = await Promise.all(Array.from({ length: 5 }, async () => steering.cancel(id)));
    expect(all).toEqual(Array.from({ length: 5 }, () => 'cancelled'));
  });

  it('while seeders take its ranges has no lease left when it has ended', async () => {
    const { id } = await fixture.submit(Array.from({ length: 1500 }, () => ({})));
    const [cancellation, ...leases] = await Promise.all([
      steering.cancel(id),
      ...[0, 1, 2].map(async (n) => fixture.ranges.take(id, n)),
    ]);
    const taken = leases.filter((lease) => lease !== undefined);
    expect(cancellation).toBe(taken.length === 0 ? 'cancelled' : 'cancelling');
    for (const lease of taken) await fixture.ranges.finish(lease);
    expect(await stateOf(id)).toBe('cancelled');
  });

  it('while it is held ends, and nothing holds it any more', async () => {
    const { id } = await fixture.submit([{}]);
    await steering.pause(id);
    await expect(steering.cancel(id)).resolves.toBe('cancelled');
    expect(await new ProfileStore(fixture.database, 'default').holdsOf(id)).toEqual([]);
  });

  it('is neither paused, resumed nor asked again while calls are in flight, and nothing is said to hold it', async ({
    onTestFinished,
  }) => {
    const { id } = await fixture.submit([{}]);
    await fixture.taken(id);
    const profile = new ProfileStore(fixture.database, 'default');
    await profile.hold('preflight', 'IDA-MPA-009', 'licence');
    onTestFinished(async () => void (await profile.lift()));
    const held = await profile.requestsHeld();
    await expect(steering.cancel(id)).resolves.toBe('cancelling');
    expect(await steering.pause(id)).toBe('cancelling');
    expect(await steering.resume(id, 'request')).toEqual({ kind: 'cancelling' });
    const again = fixture.database.transaction(async (tx) => steering.retry(id, ['MTS-IDA-001'], tx));
    await expect(again).resolves.toEqual({ kind: 'cancelled' });
    const overview = await new OverviewStore(fixture.database).find(id);
    expect(overview).toMatchObject({ state: 'processing', cancelling: true, holds: [] });
    expect(await profile.requestsHeld()).toBe(held - 1);
    await profile.holdRequest(id, 'IDA-X', 'its own records');
    expect((await standingHolds(fixture.database)).map(({ subject }) => subject)).not.toContain(id);
  });

  it('when it has ended stays as it is', async () => {
    const id = await endedWith(['IDA-MLC-018']);
    await expect(steering.cancel(id)).resolves.toBe('ended');
    expect(await stateOf(id)).toBe('processed_with_errors');
  });
});

describe('a list that is fetched, and cancelled,', () => {
  it('keeps nothing of what was fetched, nor of the way there', async () => {
    const id = await fixture.receive([{}, {}]);
    await fixture.database.query(`UPDATE request SET state = 'pulling' WHERE id = $1`, [id]);
    await fixture.database.query(
      `INSERT INTO pull (request_id, state, sealed_source, epoch, lease_until) VALUES ($1, 'pulling', 'way', 3, now() + interval '1 hour')`,
      [id],
    );
    await expect(steering.cancel(id)).resolves.toBe('cancelled');
    const [pull] = await fixture.database.query(
      'SELECT state, epoch, sealed_source AS source, code FROM pull WHERE request_id = $1',
      [id],
    );
    expect(pull).toEqual({ state: 'failed', epoch: 4, source: null, code: 'MTS-REQ-010' });
    expect(await fixture.states(id)).toEqual([]);
    expect((await fixture.requests.find(id))?.total).toBe(0);
  });
});

describe('a pause', () => {
  it('stops the work until it is resumed, however often either is said', async () => {
    const { id } = await fixture.submit([{}]);
    const lease = await fixture.taken(id);
    expect([await steering.pause(id), await steering.pause(id)]).toEqual(['paused', 'paused']);
    expect((await fixture.ranges.renew([lease])).workable).toEqual(new Set());
    await fixture.ranges.finish(lease);
    expect(await fixture.ranges.take(id, 0)).toBeUndefined();
    expect([await steering.resume(id, 'operator'), await steering.resume(id, 'operator')]).toEqual([
      { kind: 'resumed', codes: ['MTS-REQ-007'], ranges: 1 },
      { kind: 'resumed', codes: [], ranges: 1 },
    ]);
    await expect(fixture.ranges.take(id, 0)).resolves.toBeDefined();
  });

  it('that is lifted tells how many ranges wait: those that somebody is at do not, nor any while something else holds it', async () => {
    const profile = new ProfileStore(fixture.database, 'default');
    const { id } = await fixture.submit(Array.from({ length: 1001 }, () => ({})));
    await fixture.taken(id, 1);
    await steering.pause(id);
    await profile.holdRequest(id, 'IDA-X', 'its own records');
    expect(await steering.resume(id, 'operator')).toMatchObject({ ranges: 0 });
    expect(await steering.resume(id, 'request')).toMatchObject({ ranges: 2 });
  });

  it('that ends before what is under way does leaves the range to whoever is at it', async () => {
    const { id } = await fixture.submit([{}]);
    const lease = await fixture.taken(id);
    await fixture.ranges.markSent(lease, 1);
    await steering.pause(id);
    await fixture.letLeasesExpire();
    await fixture.ranges.renew([lease]);
    await steering.resume(id, 'operator');
    expect(await fixture.ranges.take(id, 0)).toBeUndefined();
    await fixture.saveOutcomes(lease, [outcome(1)]);
    await expect(fixture.ranges.finish(lease)).resolves.toBe('processed');
  });

  it('and a hold of its own records are each lifted by whoever set them', async () => {
    const profile = new ProfileStore(fixture.database, 'default');
    const { id } = await fixture.submit([{}]);
    await steering.pause(id);
    await profile.holdRequest(id, 'IDA-X', 'its own records');
    await steering.resume(id, 'operator');
    expect((await profile.holdsOf(id)).map((hold) => hold.kind)).toEqual(['request']);
    await steering.pause(id);
    await steering.resume(id, 'request');
    expect((await profile.holdsOf(id)).map((hold) => hold.kind)).toEqual(['operator']);
  });

  it('of what has ended is refused', async () => {
    const id = await endedWith(['IDA-MLC-018']);
    expect([await steering.pause(id), await steering.resume(id, 'operator')]).toEqual([
      'ended',
      { kind: 'ended' },
    ]);
  });

  it('counts as held time, once where two holds overlap', async () => {
    const profile = new ProfileStore(fixture.database, 'default');
    const { id } = await fixture.submit([{}]);
    await fixture.taken(id);
    await steering.pause(id);
    await profile.hold('preflight', 'IDA-MPA-009', 'licence');
    const agoSeconds = { started: 1000, paused: 600, held: 400 };
    await fixture.database.query(
      'UPDATE request SET started_at = now() - make_interval(secs => $2) WHERE id = $1',
      [id, agoSeconds.started],
    );
    await fixture.database.query(
      'UPDATE request_hold SET since = now() - make_interval(secs => $2) WHERE request_id = $1',
      [id, agoSeconds.paused],
    );
    await fixture.database.query('UPDATE profile_hold SET since = now() - make_interval(secs => $1)', [
      agoSeconds.held,
    ]);
    await profile.lift();
    await steering.resume(id, 'operator');
    const heldSeconds = (await fixture.requests.find(id))?.heldSeconds ?? 0;
    expect(Math.round(heldSeconds / 10) * 10).toBe(600);
  });
});

describe('asking again', () => {
  it('reopens the request for the records of these codes alone, and it ends anew', async () => {
    const id = await endedWith(['MTS-IDA-001', 'IDA-MLC-018', 'MTS-IDA-001']);
    await expect(retry(id, ['MTS-IDA-001'])).resolves.toEqual({ kind: 'again', records: 2, ranges: 1 });
    expect(await fixture.states(id)).toEqual(['processed', 'submitted', 'error', 'submitted']);
    const lease = await fixture.taken(id);
    const open = await fixture.ranges.openRecords(lease, 0, 10);
    expect(open.map(({ line, attempts, withdrawn }) => ({ line, attempts, withdrawn }))).toEqual([
      { line: 2, attempts: 1, withdrawn: true },
      { line: 4, attempts: 1, withdrawn: true },
    ]);
    await fixture.saveOutcomes(lease, [outcome(2), outcome(4)]);
    await expect(fixture.ranges.finish(lease)).resolves.toBe('processed_with_errors');
    expect(await fixture.requests.progress(id)).toEqual({ total: 4, done: 3, failed: 1, invalid: 0 });
  });

  it('asks about a person of several lines once', async () => {
    const twin = { recordIndex: Buffer.from('same') };
    const { id } = await fixture.submit([twin, twin], { keepsInput: true });
    const lease = await fixture.taken(id);
    const silence = { ...outcome(1, 'error'), errorCode: 'MTS-IDA-001' };
    await fixture.saveOutcomes(lease, [silence, { ...silence, line: 2 }]);
    await fixture.ranges.finish(lease);
    await expect(retry(id, ['MTS-IDA-001'])).resolves.toMatchObject({ records: 2 });
    const open = await fixture.ranges.openRecords(await fixture.taken(id), 0, 10);
    expect(open.map(({ line }) => line)).toEqual([1]);
  });

  it('is not held up by what held the request before it ended', async () => {
    const { id } = await fixture.submit([{}], { keepsInput: true });
    const lease = await fixture.taken(id);
    await new ProfileStore(fixture.database, 'default').holdRequest(id, 'IDA-MPA-006', 'policy');
    await fixture.saveOutcomes(lease, [{ ...outcome(1, 'error'), errorCode: 'MTS-IDA-001' }]);
    await fixture.ranges.finish(lease);
    await retry(id, ['MTS-IDA-001']);
    expect(await fixture.offered.waiting(1000)).toContainEqual(expect.objectContaining({ requestId: id }));
  });

  it('twice at once happens once', async () => {
    const id = await endedWith(['MTS-IDA-001']);
    const both = await Promise.all([retry(id, ['MTS-IDA-001']), retry(id, ['MTS-IDA-001'])]);
    expect(both.map((one) => one.kind).toSorted()).toEqual(['again', 'works']);
  });

  it('about no record is refused, and changes nothing', async () => {
    const id = await endedWith(['IDA-MLC-018']);
    await expect(retry(id, ['MTS-IDA-001'])).resolves.toEqual({ kind: 'none' });
    expect(await stateOf(id)).toBe('processed_with_errors');
  });

  it('without the records as they were received is refused', async () => {
    const id = await endedWith(['MTS-IDA-001'], { keepsInput: false });
    await expect(retry(id, ['MTS-IDA-001'])).resolves.toEqual({ kind: 'erased' });
  });

  it('of a request that was cancelled, or is not there, is refused', async () => {
    const { id } = await fixture.submit([{}]);
    await steering.cancel(id);
    await expect(retry(id, ['MTS-IDA-001'])).resolves.toEqual({ kind: 'cancelled' });
    await expect(retry('7c9e6679-7425-40de-944b-e07fc1f90ae7', [])).resolves.toEqual({ kind: 'erased' });
  });

  it('stops a delivery under way, and makes what is asked again be delivered again', async () => {
    const id = await endedWith(['MTS-IDA-001']);
    await fixture.database.query(
      `INSERT INTO delivery (request_id, kind, state, epoch, lease_until, call_seconds, delivered) VALUES ($1, 'callback', 'delivering', 1, now() + interval '1 hour', 60, 2)`,
      [id],
    );
    await fixture.database.query(`UPDATE record SET delivery = 'delivered' WHERE request_id = $1`, [id]);
    await retry(id, ['MTS-IDA-001']);
    const delivery = async (): Promise<unknown> =>
      fixture.database.query(
        'SELECT state, epoch, lease_until <= now() AS "hasEnded", delivered FROM delivery WHERE request_id = $1',
        [id],
      );
    expect(await delivery()).toEqual([{ state: 'pending', epoch: 2, hasEnded: true, delivered: 1 }]);
    const lease = await fixture.taken(id);
    await fixture.saveOutcomes(lease, [outcome(2)]);
    await expect(fixture.ranges.finish(lease)).resolves.toBe('processed');
    expect(await delivery()).toMatchObject([{ state: 'waiting' }]);
    // What was sent last may still be under way.
    const deliveries = new DeliveryStore(fixture.database);
    expect(await deliveries.take(id)).toBeUndefined();
    await fixture.database.query(`UPDATE delivery SET lease_until = lease_until - interval '61 seconds'`);
    expect(await deliveries.take(id)).toMatchObject({ requestId: id, epoch: 3 });
    const missing = await fixture.database.query(
      'SELECT line FROM record WHERE request_id = $1 AND delivery IS NULL',
      [id],
    );
    expect(missing).toEqual([{ line: 2 }]);
  });
});

describe('erasing', () => {
  it('takes keys, rows, and whatever else stands of the request, and leaves its summary', async () => {
    const id = await endedWith(['MTS-IDA-001'], { sealedCorrelation: Buffer.from('c') });
    await fixture.database.query(
      `INSERT INTO idempotency (owner, key_index, content_index, secret_id, request_id) VALUES ('default', 'k', 'c', gen_random_uuid(), $1)`,
      [id],
    );
    await expect(steering.erase(id)).resolves.toBe('none is left');
    expect(await fixture.requests.find(id)).toMatchObject({
      state: 'archived',
      wrappedInputKey: null,
      wrappedResultsKey: null,
      sealedOptions: null,
      sealedCorrelation: null,
      total: 2,
    });
    expect(await fixture.states(id)).toEqual([]);
    expect(await fixture.database.query('SELECT 1 FROM idempotency WHERE request_id = $1', [id])).toEqual([]);
    await expect(steering.erase(id)).resolves.toBe('nothing was there');
  });

  it('of a long list destroys its keys at once, and leaves rows that nobody can open to the housekeeping', async () => {
    const { id } = await fixture.submit(Array.from({ length: 10_001 }, () => ({})));
    await expect(steering.erase(id)).resolves.toBe('some are left');
    expect(await fixture.requests.find(id)).toMatchObject({ wrappedInputKey: null, wrappedResultsKey: null });
    expect(await fixture.requests.halfErased(10)).toEqual([id]);
    await fixture.requests.eraseRecords(id);
    expect(await fixture.requests.halfErased(10)).toEqual([]);
  });

  it('stops what is worked on', async () => {
    const { id, lease } = await halfAsked();
    await expect(steering.erase(id)).resolves.toBe('none is left');
    expect((await fixture.ranges.renew([lease])).standing).toEqual(new Set());
    await expect(fixture.saveOutcomes(lease, [outcome(3)])).rejects.toThrow(LeaseLostError);
    expect(await fixture.states(id)).toEqual([]);
    await expect(fixture.ranges.finish(lease)).rejects.toThrow(LeaseLostError);
  });

  it('keeps nothing of what comes in later, also while rows of a long list are left', async () => {
    const { id } = await fixture.submit(Array.from({ length: 10_001 }, () => ({})));
    const lease = await fixture.taken(id, 20);
    await fixture.ranges.markSent(lease, 10_001);
    await expect(steering.erase(id)).resolves.toBe('some are left');
    await expect(fixture.saveOutcomes(lease, [outcome(10_001)])).rejects.toThrow(LeaseLostError);
    await expect(fixture.ranges.mark(lease, [10_001], 'unknown')).rejects.toThrow(LeaseLostError);
    expect(await fixture.states(id)).toEqual(['submitted']);
    expect(await fixture.requests.progress(id)).toMatchObject({ done: 0 });
  });

  it('and ending at the same time leaves nothing', async () => {
    const { id } = await fixture.submit([{}, INVALID]);
    const lease = await fixture.taken(id);
    await fixture.saveOutcomes(lease, [outcome(1)]);
    const [erased] = await Promise.allSettled([steering.erase(id), fixture.ranges.finish(lease)]);
    expect(erased).toEqual({ status: 'fulfilled', value: 'none is left' });
    expect([await stateOf(id), await fixture.states(id)]).toEqual(['archived', []]);
  });
});
