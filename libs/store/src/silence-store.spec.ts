import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { standingHolds } from './hold-store.js';
import { ProfileStore } from './profile-store.js';
import { type Lease } from './range-store.js';
import { ProbeStore } from './probe-store.js';
import { SilenceStore } from './silence-store.js';
import { outcome, type StoreFixture, storeFixture } from './spec-support/fixture.js';
import { SteeringStore } from './steering-store.js';

const SECOND = 1000;

let fixture: StoreFixture;
let silence: SilenceStore;
let profile: ProfileStore;
beforeAll(async () => {
  fixture = await storeFixture();
  [silence, profile] = [
    new SilenceStore(fixture.database, 'default'),
    new ProfileStore(fixture.database, 'default'),
  ];
});
beforeEach(async () => {
  await fixture.database.query('TRUNCATE request, record, ida_answer CASCADE');
  await profile.lift();
});
afterAll(async () => fixture.database.close());

/** A list whose first person was asked so long ago without an answer. */
async function silentList(sentAgoMs: number): Promise<{ id: string; lease: Lease }> {
  const { id } = await fixture.submit([{}, {}]);
  const lease = await fixture.taken(id);
  await fixture.ranges.mark(lease, [1], 'unknown', sentAgoMs);
  return { id, lease };
}

async function held(): Promise<string> {
  const { id } = await fixture.submit([{}]);
  expect(await silence.holdRequest(id, 'MTS-IDA-102', 'silence')).toBe(true);
  return id;
}

/** In minutes from now, by the clock of the database. */
async function nextProbe(id: string): Promise<number> {
  const [row] = await fixture.database.query<{ minutes: number }>(
    `SELECT round(extract(epoch FROM next_probe_at - now()) / 60)::int AS minutes FROM request_hold WHERE request_id = $1`,
    [id],
  );
  return row?.minutes ?? Number.NaN;
}

async function makeDue(): Promise<void> {
  await fixture.database.query(
    'UPDATE request_hold SET next_probe_at = now() WHERE next_probe_at IS NOT NULL',
  );
}

describe('what is known against a person', () => {
  it('is that somebody was answered who was asked later, by whichever seeder', async () => {
    const { id } = await silentList(10 * SECOND);
    await silence.noteAnswered(20 * SECOND);
    expect(await silence.proofAgainst(id, 1)).toMatchObject({ areOthersAnswered: false });
    await silence.noteAnswered(5 * SECOND);
    // One that was sent earlier takes nothing back.
    await silence.noteAnswered(30 * SECOND);
    expect(await silence.proofAgainst(id, 1)).toMatchObject({ areOthersAnswered: true });
    expect(await silence.answeredAgoMs()).toBeLessThan(10 * SECOND);
  });

  it('is that nobody else went without an answer since the last one of all', async () => {
    await silentList(60 * SECOND);
    const { id, lease } = await silentList(10 * SECOND);
    expect(await silence.proofAgainst(id, 1)).toMatchObject({ areOthersAnswered: false, isOnlyOne: false });
    await silence.noteAnswered(30 * SECOND);
    expect(await silence.proofAgainst(id, 1)).toMatchObject({ areOthersAnswered: false, isOnlyOne: true });
    await fixture.ranges.mark(lease, [2], 'unknown', 5 * SECOND);
    expect(await silence.proofAgainst(id, 1)).toMatchObject({ isOnlyOne: false });
  });

  it('is nothing as long as nothing is known of any answer, or of the call', async () => {
    const { id } = await fixture.submit([{}]);
    expect(await silence.proofAgainst(id, 1)).toMatchObject({ areOthersAnswered: false });
    await silence.noteAnswered(0);
    expect(await silence.proofAgainst(id, 1)).toMatchObject({ areOthersAnswered: false });
  });

  it('counts from the moment at which a seeder was found dead, and at which it was to be asked again', async () => {
    const { id, lease } = await silentList(60 * SECOND);
    await silence.noteAnswered(30 * SECOND);
    await fixture.ranges.markSent(lease, 2);
    await fixture.letLeasesExpire();
    const next = await fixture.taken(id);
    expect(await silence.proofAgainst(id, 2)).toMatchObject({ areOthersAnswered: false });
    await silence.noteAnswered(0);
    expect(await silence.proofAgainst(id, 2)).toMatchObject({ areOthersAnswered: true });
    await fixture.saveOutcomes(next, [outcome(1, 'error'), outcome(2)]);
    await fixture.ranges.finish(next);
    await fixture.database.query('UPDATE request SET sealed_options = $1', [Buffer.from('o')]);
    await fixture.database.query(
      `INSERT INTO wrapped_key (subject, purpose, kek_id, wrapped) VALUES ($1, 'input', 'static-spec', 'i')
       ON CONFLICT (subject, purpose) DO UPDATE SET wrapped = 'i', erased_at = NULL`,
      [id],
    );
    const steering = new SteeringStore(fixture.database, fixture.requests);
    const retried = await fixture.database.transaction(async (tx) => steering.retry(id, ['IDA-MLC-018'], tx));
    expect(retried).toMatchObject({ kind: 'again', records: 1 });
    expect(await silence.proofAgainst(id, 1)).toMatchObject({ areOthersAnswered: false });
  });
});

it('how many of the people of a request IDA has confirmed counts those of all its ranges', async () => {
  const { id } = await silentList(0);
  expect(await silence.doneOf(id)).toBe(0);
  await fixture.database.query('UPDATE range SET done = 2 WHERE request_id = $1', [id]);
  expect(await silence.doneOf(id)).toBe(2);
});

it('the probe of a request that is left to others is taken once none of them has', async () => {
  const id = await held();
  await makeDue();
  expect(await silence.takeProbe(60)).toBeUndefined();
  await fixture.database.query(`UPDATE request_hold SET next_probe_at = now() - interval '1 hour'`);
  expect(await silence.takeProbe(60)).toBe(id);
});

describe('lists that are held beside everybody', () => {
  it('have each a reason of their own, and one who is waited for is among them only when asked twice', async () => {
    const [list, waitedFor] = [(await silentList(0)).id, (await silentList(0)).id];
    await fixture.database.query('UPDATE request SET awaited = true WHERE id = $1', [waitedFor]);
    const lists = [list, waitedFor].map((requestId) => ({ requestId, reason: `of ${requestId}` }));
    expect(await silence.holdLists(lists, 'MTS-IDA-102')).toEqual([list]);
    const reasons = await fixture.database.query('SELECT reason FROM request_hold WHERE request_id = $1', [
      list,
    ]);
    expect(reasons).toEqual([{ reason: `of ${list}` }]);
    await fixture.database.query('UPDATE record SET attempts = 2 WHERE request_id = $1', [waitedFor]);
    expect(await silence.holdLists(lists, 'MTS-IDA-102')).toEqual([waitedFor]);
  });
});

describe('a request that is held because IDA is silent about its people', () => {
  it('is passed by a probe alone, and shown with its next try, which is never in the past', async () => {
    const id = await held();
    expect(await fixture.ranges.take(id, 0)).toBeUndefined();
    await fixture.database.query(`UPDATE request_hold SET next_probe_at = now() - interval '1 minute'`);
    const now = await fixture.database.now();
    const [[ofRequest], [standing]] = [await profile.holdsOf(id), await standingHolds(fixture.database)];
    for (const hold of [ofRequest, standing])
      expect(hold?.nextTryAt?.getTime()).toBeGreaterThanOrEqual(now.getTime());
    const probe = await fixture.ranges.take(id, 0, 'probe');
    expect(probe && (await fixture.ranges.renew([probe])).workable).toEqual(new Set([probe]));
  });

  it('that is held for another reason too is passed by nobody, nor probed', async () => {
    const id = await held();
    await new SteeringStore(fixture.database, fixture.requests).pause(id);
    await makeDue();
    expect(await fixture.ranges.take(id, 0, 'probe')).toBeUndefined();
    expect(await silence.takeProbe()).toBeUndefined();
  });

  it('is probed by one seeder at a time, ever less often, and not while the profile is held', async () => {
    const id = await held();
    expect(await silence.takeProbe()).toBeUndefined();
    await makeDue();
    const all = await Promise.all([silence.takeProbe(), silence.takeProbe(), silence.takeProbe()]);
    expect(all.filter((probed) => probed !== undefined)).toEqual([id]);
    await fixture.database.query('UPDATE request_hold SET next_probe_at = now(), attempts = 3000');
    expect(await silence.takeProbe()).toBe(id);
    expect(await nextProbe(id)).toBe(10);
    await makeDue();
    await profile.hold('record', 'MTS-IDA-102', 'silence');
    expect(await silence.takeProbe()).toBeUndefined();
  });

  it('goes on when it is lifted, by an answer or by hand, and has no hold left when it ends', async () => {
    const ids = [await held(), await held()] as const;
    expect([await silence.lift(ids[0]), await silence.lift(ids[0])]).toEqual([true, false]);
    await new SteeringStore(fixture.database, fixture.requests).resume(ids[1], 'request');
    for (const id of ids) {
      const lease = await fixture.taken(id);
      await silence.holdRequest(id, 'MTS-IDA-102', 'silence');
      await fixture.saveOutcomes(lease, [outcome(1)]);
      expect(await fixture.ranges.finish(lease)).toBe('processed');
    }
    expect(await fixture.database.query('SELECT 1 FROM request_hold')).toEqual([]);
  });

  it('leaves a hold that somebody has to lift as it is', async () => {
    const { id } = await fixture.submit([{}]);
    await profile.holdRequest(id, 'IDA-MPA-006', 'policy');
    expect(await silence.holdRequest(id, 'MTS-IDA-102', 'silence')).toBe(false);
    expect(await silence.lift(id)).toBe(false);
    expect(await profile.holdsOf(id)).toMatchObject([{ code: 'IDA-MPA-006', nextTryAt: null }]);
  });

  it('speaks against all others as long as nobody has been answered', async () => {
    const [first, second] = [await held(), await fixture.submit([{}])];
    expect([await silence.isAnotherHeld(second.id), await silence.isAnotherHeld(first)]).toEqual([
      true,
      false,
    ]);
    await silence.noteAnswered(0);
    expect(await silence.isAnotherHeld(second.id)).toBe(false);
  });

  it('speaks against nobody once somebody was answered, however often it is probed in vain after that', async () => {
    const [bad, other] = [await held(), await fixture.submit([{}])];
    await silence.noteAnswered(0);
    await makeDue();
    expect(await silence.takeProbe()).toBe(bad);
    await new ProbeStore(fixture.database, 'default').noteRequestProbe(bad, false);
    expect(await silence.isAnotherHeld(other.id)).toBe(false);
  });

  it('never expires by age, for it waits for IDA', async () => {
    const id = await held();
    await fixture.database.query(`UPDATE request SET state = 'processing'`);
    await fixture.database.query(`UPDATE request_hold SET since = now() - interval '90 days'`);
    expect(await fixture.requests.expired(24, 10)).toEqual([]);
    await fixture.database.query('UPDATE request_hold SET next_probe_at = NULL');
    expect(await fixture.requests.expired(24, 10)).toEqual([id]);
  });
});

describe('a last resort', () => {
  it('comes after two minutes at first, then doubling up to six hours', async () => {
    const [id, probes] = [await held(), new ProbeStore(fixture.database, 'default')];
    const minutes: number[] = [];
    for (let nth = 0; nth < 9; nth += 1) {
      await makeDue();
      await probes.noteRequestProbe(id, true);
      minutes.push(await nextProbe(id));
    }
    expect(minutes).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 360]);
  });

  it('is due at once when others are answered, and nothing else is', async () => {
    const [id, probes] = [await held(), new ProbeStore(fixture.database, 'default')];
    await makeDue();
    await silence.takeProbe();
    await fixture.database.query(`UPDATE request_hold SET next_probe_at = now() + interval '10 minutes'`);
    await probes.noteRequestProbe(id, false);
    await silence.noteAnswered(60 * SECOND);
    expect(await nextProbe(id)).toBe(10);
    await probes.noteRequestProbe(id, true);
    await silence.noteAnswered(120 * SECOND);
    expect(await nextProbe(id)).toBe(10);
    await silence.noteAnswered(0);
    expect(await nextProbe(id)).toBe(0);
  });
});

/** The last probe was made so long ago, and the next one is due in ten minutes. */
async function probedBefore(seconds: number, preflight: 'succeeded' | 'failed' = 'succeeded'): Promise<void> {
  await profile.hold('record', 'MTS-IDA-102', 'silence');
  await profile.savePreflight({
    ok: preflight === 'succeeded',
    code: null,
    reason: null,
    checkedAt: await fixture.database.now(),
  });
  await fixture.database.query('UPDATE ida_preflight SET checked_at = now() - make_interval(secs => $1)', [
    seconds,
  ]);
  await fixture.database.query(`UPDATE profile_hold SET next_probe_at = now() + interval '10 minutes'`);
}

async function dueInSeconds(): Promise<number> {
  const [row] = await fixture.database.query<{ seconds: number }>(
    'SELECT round(extract(epoch FROM next_probe_at - now()))::int AS seconds FROM profile_hold',
  );
  return row?.seconds ?? Number.NaN;
}

describe('a probe of everybody', () => {
  let probes: ProbeStore;
  beforeEach(() => {
    probes = new ProbeStore(fixture.database, 'default');
  });

  it('is due for new work, but no sooner than 15 seconds after the last one', async () => {
    await probedBefore(3);
    await fixture.submit([{}]);
    expect(await dueInSeconds()).toBeGreaterThan(0);
    expect(await dueInSeconds()).toBeLessThanOrEqual(12);
    await probedBefore(60);
    await fixture.submit([{}]);
    expect(await dueInSeconds()).toBeLessThanOrEqual(0);
  });

  it('is put off for nobody who comes', async () => {
    await probedBefore(3);
    await fixture.database.query('UPDATE profile_hold SET next_probe_at = now()');
    await fixture.submit([{}]);
    expect(await dueInSeconds()).toBeLessThanOrEqual(0);
  });

  it('is due at once for new work where all who wait were asked before', async () => {
    await probedBefore(3);
    await probes.noteProfileProbe(true);
    await fixture.submit([{}]);
    expect(await dueInSeconds()).toBeLessThanOrEqual(0);
  });

  it('is not hurried by new work while preflights fail', async () => {
    await probedBefore(60, 'failed');
    await probes.noteProfileProbe(true);
    await fixture.submit([{}]);
    expect(await dueInSeconds()).toBeGreaterThan(500);
  });
});
