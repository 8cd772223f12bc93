import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CopyBlock, type NewRecord } from './copy/copy-block.js';
import { DeliveryStore } from './delivery-store.js';
import { type PullLease, PullLostError, PullStore } from './pull-store.js';
import { ALL, type StoreFixture, storeFixture } from './spec-support/fixture.js';
import { SteeringStore } from './steering-store.js';

let fixture: StoreFixture;
let pulls: PullStore;
let steering: SteeringStore;

beforeAll(async () => {
  fixture = await storeFixture();
  pulls = new PullStore(fixture.database, fixture.requests);
  steering = new SteeringStore(fixture.database, fixture.requests);
});
afterAll(async () => fixture.database.close());

const FAULT = { code: 'MTS-ODK-103', reason: 'an outage' };

async function begin(wish = {}): Promise<string> {
  const id = randomUUID();
  const request = {
    id,
    owner: 'default',
    input: 'odk',
    output: 'csv',
    sealedOptions: Buffer.from('o'),
    kekId: 'static-spec',
    wrappedInputKey: Buffer.from('i'),
    wrappedResultsKey: Buffer.from('r'),
    ...wish,
  };
  await fixture.database.transaction(async (tx) => pulls.begin(request, Buffer.from('source'), tx));
  return id;
}

async function take(id: string): Promise<PullLease> {
  const lease = await pulls.take(id);
  if (lease === undefined) throw new Error('the pull has no work');
  return lease;
}

function block(id: string, ...lines: readonly number[]): Uint8Array {
  const record: Omit<NewRecord, 'line'> = {
    state: 'submitted',
    sealedInput: Buffer.from('x'),
    sealedOutcome: null,
    errorCode: null,
    recordIndex: null,
  };
  const rows = new CopyBlock(id);
  for (const line of lines) rows.add({ ...record, line });
  return rows.finish();
}

const add = async (lease: PullLease, ...lines: readonly number[]) =>
  pulls.addBlock(lease, block(lease.requestId, ...lines), lines.length);

async function linesOf(id: string): Promise<readonly number[]> {
  const rows = await fixture.database.query<{ line: number }>(
    'SELECT line FROM record WHERE request_id = $1 ORDER BY line',
    [id],
  );
  return rows.map((row) => row.line);
}

const submit = async (lease: PullLease, total: number, skipped = {}) =>
  fixture.database.transaction(async (tx) => pulls.submit(lease, total, skipped, tx));

const letLeaseExpire = async (id: string) =>
  fixture.database.query(`UPDATE pull SET lease_until = now() - interval '1 second' WHERE request_id = $1`, [
    id,
  ]);

const sourceOf = async (id: string) =>
  (await fixture.database.query('SELECT sealed_source FROM pull WHERE request_id = $1', [id]))[0];

describe('a pull', () => {
  it('makes the records of one try the request’s, and forgets the way to its source', async () => {
    const id = await begin();
    expect((await fixture.requests.find(id))?.state).toBe('pulling');
    const lease = await take(id);
    expect(lease).toMatchObject({ epoch: 1, attempts: 1, sealedSource: Buffer.from('source') });
    await add(lease, 1, 2);
    expect(await pulls.find(id)).toMatchObject({ state: 'pulling', received: 2 });
    await add(lease, 3);
    expect(await submit(lease, 3, { encrypted: 2 })).toEqual({ state: 'submitted', ranges: 1 });
    expect(await pulls.find(id)).toMatchObject({
      state: 'pulled',
      received: 3,
      skipped: { encrypted: 2 },
      code: null,
    });
    expect(await sourceOf(id)).toEqual({ sealed_source: null });
    expect((await fixture.requests.find(id))?.total).toBe(3);
    expect(await pulls.take(id)).toBeUndefined();
  });

  it('is held by one seeder at a time', async () => {
    const id = await begin();
    const lease = await take(id);
    expect(await pulls.take(id)).toBeUndefined();
    expect((await pulls.due(ALL)).map(({ requestId }) => requestId)).not.toContain(id);
    expect((await pulls.renew([lease])).standing).toEqual(new Set([lease]));
    await letLeaseExpire(id);
    expect((await pulls.due(ALL)).map(({ requestId }) => requestId)).toContain(id);
    expect((await take(id)).epoch).toBe(2);
  });

  it('begins anew after a seeder that died, and nothing that this one still does counts', async () => {
    const id = await begin();
    const dead = await take(id);
    await add(dead, 1, 2);
    await letLeaseExpire(id);
    const next = await take(id);
    for (const late of [
      async () => add(dead, 3),
      async () => pulls.clear(dead),
      async () => submit(dead, 2),
      async () => pulls.fail(dead, FAULT),
      async () => pulls.retryLater(dead, FAULT, 0),
      async () => pulls.handBack(dead, 0),
    ]) {
      await expect(late()).rejects.toThrow(PullLostError);
    }
    expect((await pulls.renew([dead, next])).standing).toEqual(new Set([next]));
    await pulls.clear(next);
    expect(await linesOf(id)).toEqual([]);
    await add(next, 1);
    await submit(next, 1);
    expect(await linesOf(id)).toEqual([1]);
  });

  it('waits for its next try with nothing kept of this one but what went wrong', async () => {
    const id = await begin();
    const lease = await take(id);
    await add(lease, 1);
    await pulls.retryLater(lease, FAULT, 60_000);
    expect(await linesOf(id)).toEqual([]);
    const pull = await pulls.find(id);
    expect(pull).toMatchObject({ ...FAULT, state: 'waiting', attempts: 1, received: 0 });
    expect(pull?.nextTryAt.getTime()).toBeGreaterThan(Date.now() + 50_000);
    expect(await pulls.take(id)).toBeUndefined();
  });

  it('that was handed back was no try', async () => {
    const id = await begin();
    await pulls.handBack(await take(id), 0);
    expect(await pulls.find(id)).toMatchObject({ state: 'waiting', attempts: 0 });
    expect((await take(id)).attempts).toBe(1);
  });

  it('that fails for good ends its request without records, and delivers nothing', async () => {
    const id = await begin();
    await new DeliveryStore(fixture.database).create(id, 'callback', Buffer.from('t'));
    const lease = await take(id);
    await add(lease, 1);
    await pulls.fail(lease, FAULT);
    expect(await fixture.requests.find(id)).toMatchObject({ state: 'submitted_with_errors', total: 0 });
    expect(await pulls.find(id)).toMatchObject({ ...FAULT, state: 'failed', received: 0 });
    expect([await linesOf(id), await sourceOf(id)]).toEqual([[], { sealed_source: null }]);
    expect(await new DeliveryStore(fixture.database).find(id)).toBeUndefined();
  });

  it('leaves no request when it failed before the caller was told of one, and only then', async () => {
    const [failed, going] = [await begin(), await begin()];
    await pulls.fail(await take(failed), FAULT);
    expect(await pulls.discardFailed(going)).toBe(false);
    expect(await pulls.discardFailed(failed)).toBe(true);
    expect(await fixture.requests.find(failed)).toBeNull();
    expect((await fixture.requests.find(going))?.state).toBe('pulling');
  });

  it('is neither begun nor gone on with while somebody has paused its request', async () => {
    const [waiting, going] = [await begin(), await begin()];
    const lease = await take(going);
    for (const id of [waiting, going]) await steering.pause(id);
    expect((await pulls.renew([lease])).standing).toEqual(new Set());
    expect(await pulls.take(waiting)).toBeUndefined();
    expect((await pulls.due(ALL)).map(({ requestId }) => requestId)).not.toContain(waiting);
    await steering.resume(waiting, 'operator');
    expect((await pulls.due(ALL)).map(({ requestId }) => requestId)).toContain(waiting);
  });

  it('ends with its request when that is cancelled', async () => {
    const id = await begin();
    const lease = await take(id);
    await add(lease, 1);
    expect(await steering.cancel(id)).toBe('cancelled');
    await expect(add(lease, 2)).rejects.toThrow(PullLostError);
    expect(await pulls.find(id)).toMatchObject({ state: 'failed' });
    expect(await linesOf(id)).toEqual([]);
  });

  it('of a request that is only to be checked ends with it', async () => {
    const id = await begin({ validateOnly: true });
    const lease = await take(id);
    await add(lease, 1);
    expect(await submit(lease, 1)).toEqual({ state: 'processed', ranges: 0 });
  });
});
