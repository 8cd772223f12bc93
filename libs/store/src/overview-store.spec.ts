import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type ListPlace, OverviewStore, type RequestFilter } from './overview-store.js';
import { ProfileStore } from './profile-store.js';
import { INVALID, outcome, type StoreFixture, storeFixture } from './spec-support/fixture.js';
import { SteeringStore } from './steering-store.js';

let fixture: StoreFixture;
let overviews: OverviewStore;

beforeAll(async () => {
  fixture = await storeFixture();
  overviews = new OverviewStore(fixture.database);
});
afterAll(async () => fixture.database.close());

async function ids(filter: RequestFilter): Promise<string[]> {
  const { requests } = await overviews.list(filter, undefined, 100);
  return requests.map((request) => request.id);
}

describe('the overview of a request', () => {
  it('tells states, counts, holds, delivery and pull, with moments as such', async () => {
    const { id } = await fixture.submit([{}, {}, INVALID]);
    const lease = await fixture.ranges.take(id, 0);
    if (lease === undefined) throw new Error('no work');
    await fixture.saveOutcomes(lease, [outcome(1), outcome(2, 'error')]);
    await new SteeringStore(fixture.database, fixture.requests).pause(id);
    await fixture.database.query(
      `INSERT INTO delivery (request_id, kind, state, attempts, code, reason, next_try_at)
       VALUES ($1, 'callback', 'waiting', 2, 'MTS-X', 'refused', '2026-11-22T10:00:00Z')`,
      [id],
    );
    await fixture.database.query(
      `INSERT INTO pull (request_id, state, received, skipped, ended_at) VALUES ($1, 'pulled', 3, '{"draft": 1}', '2026-11-22T09:00:00Z')`,
      [id],
    );
    expect(await overviews.find(id)).toMatchObject({
      id,
      owner: 'default',
      state: 'processing',
      total: 3,
      done: 1,
      failed: 1,
      invalid: 1,
      hasInput: true,
      createdAt: expect.any(Date) as Date,
      holds: [{ kind: 'operator', code: 'MTS-REQ-007', since: expect.any(Date) as Date, nextTryAt: null }],
      delivery: { state: 'waiting', attempts: 2, code: 'MTS-X', nextTryAt: new Date('2026-11-22T10:00:00Z') },
      pull: { state: 'pulled', received: 3, skipped: { draft: 1 }, nextTryAt: null },
    });
    expect(await overviews.errorCounts(id)).toEqual([
      { code: 'ATS-REQ-009', count: 1 },
      { code: 'IDA-MLC-018', count: 1 },
    ]);
  });

  it('of one that was cancelled counts every record once: answered, refused, not asked, and unknown with its twin', async () => {
    const twin = { recordIndex: Buffer.from('same') };
    const { id } = await fixture.submit([{}, {}, twin, {}, INVALID, twin, {}]);
    const lease = await fixture.ranges.take(id, 0);
    if (lease === undefined) throw new Error('no work');
    await fixture.ranges.markSent(lease, 4);
    await fixture.saveOutcomes(lease, [outcome(1), outcome(2, 'error')]);
    await fixture.ranges.mark(lease, [4], 'not asked');
    expect(await overviews.find(id)).toMatchObject({ notAsked: 0, unknown: 0 });
    await new SteeringStore(fixture.database, fixture.requests).cancel(id);
    await fixture.ranges.finish(lease);
    const counts = { total: 7, done: 1, failed: 1, invalid: 1, notAsked: 2, unknown: 2 };
    expect(await overviews.find(id)).toMatchObject({ state: 'cancelled', ...counts });
  });

  it('of one whose results are on their way says not that they are to go', async () => {
    const { id } = await fixture.submit([INVALID]);
    await fixture.database.query(
      `INSERT INTO delivery (request_id, kind, state) VALUES ($1, 'callback', 'waiting')`,
      [id],
    );
    await fixture.results.acknowledge(id);
    expect((await overviews.find(id))?.eraseAt).toBeNull();
    await fixture.database.query(`UPDATE delivery SET state = 'delivered' WHERE request_id = $1`, [id]);
    expect((await overviews.find(id))?.eraseAt).toEqual(expect.any(Date));
  });

  it('of one that has ended shows no hold of the profile', async () => {
    const { id } = await fixture.submit([INVALID]);
    await new ProfileStore(fixture.database, 'default').hold('preflight', 'IDA-MPA-009', 'licence');
    expect((await overviews.find(id))?.holds).toEqual([]);
    await new ProfileStore(fixture.database, 'default').lift();
  });

  it('is not there while its upload goes on, nor when it is erased', async () => {
    const receiving = await fixture.receive([{}]);
    const { id } = await fixture.submit([{}]);
    await new SteeringStore(fixture.database, fixture.requests).erase(id);
    expect([await overviews.find(receiving), await overviews.find(id)]).toEqual([undefined, undefined]);
  });
});

describe('the list of requests', () => {
  it('is narrowed by owner, state, input and time', async () => {
    const mine = await fixture.submit([{}], { owner: 'me' });
    const json = await fixture.submit([INVALID], { owner: 'me', input: 'json' });
    const old = await fixture.submit([{}], { owner: 'me' });
    await fixture.database.query(`UPDATE request SET created_at = '2026-01-02T03:04:05Z' WHERE id = $1`, [
      old.id,
    ]);
    expect(await ids({ owner: 'me' })).toEqual([json.id, mine.id, old.id]);
    expect(await ids({ owner: 'me', states: ['submitted_with_errors', 'cancelled'] })).toEqual([json.id]);
    expect(await ids({ owner: 'me', input: 'json' })).toEqual([json.id]);
    const day = { from: new Date('2026-01-02T03:04:05Z'), to: new Date('2026-01-02T03:04:06Z') };
    expect(await ids({ owner: 'me', ...day })).toEqual([old.id]);
    expect(await ids({ owner: 'me', to: day.from })).toEqual([]);
    expect((await ids({})).length).toBeGreaterThan(3);
  });

  it('comes in pages that repeat and leave out nothing, though requests come in meanwhile and share a moment', async () => {
    const made: string[] = [];
    for (let n = 0; n < 7; n += 1) made.push((await fixture.submit([{}], { owner: 'pages' })).id);
    await fixture.database.query(
      `UPDATE request SET created_at = '2026-05-05T05:05:05.123456Z' WHERE id = ANY ($1)`,
      [made.slice(0, 5)],
    );
    const seen: string[] = [];
    let place: ListPlace | undefined;
    do {
      const page = await overviews.list({ owner: 'pages' }, place, 2);
      seen.push(...page.requests.map((request) => request.id));
      place = page.next;
      await fixture.submit([{}], { owner: 'pages' });
    } while (place !== undefined);
    expect(seen.toSorted()).toEqual(made.toSorted());
  });
});
