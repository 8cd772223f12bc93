import { randomUUID } from 'node:crypto';

import { IDLE_SEEDER, until } from '@mts/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { AwaitedStore } from './awaited-store.js';
import { Notifications } from './notifications.js';
import { OverviewStore } from './overview-store.js';
import { standingHolds } from './hold-store.js';
import { ProfileStore } from './profile-store.js';
import { SeederStore } from './seeder-store.js';
import { SetAsideStore } from './set-aside-store.js';
import { SilenceStore } from './silence-store.js';
import { type StoreFixture, storeFixture } from './spec-support/fixture.js';

const CLOCK = 'IDA-MLC-001';
const REASON = 'its clock is about 300 s behind';

let fixture: StoreFixture;
let profile: ProfileStore;
let seeders: SeederStore;
beforeAll(async () => {
  fixture = await storeFixture();
  profile = new ProfileStore(fixture.database, 'default');
  seeders = new SeederStore(fixture.database);
});
beforeEach(async () => {
  await fixture.database.query('DELETE FROM seeder');
});
afterAll(async () => fixture.database.close());

async function seeder(): Promise<string> {
  const id = randomUUID();
  await fixture.database.query('INSERT INTO seeder (id, in_flight_max) VALUES ($1, 1)', [id]);
  return id;
}

/** Does what wakes whoever follows this topic, and waits until it has. */
async function wake(topic: string, act: () => Promise<void>): Promise<void> {
  const notifications = await Notifications.open({
    url: fixture.url,
    schema: 'mts',
    app: 'spec',
    onFault: () => undefined,
  });
  let woken = 0;
  notifications.subscribe(topic, () => (woken += 1));
  await act();
  await until(() => woken === 1);
  await notifications.close();
}

it('a hold of the profile wakes whoever works for it', async () => {
  await wake(profile.topic, async () => {
    expect(await profile.hold('record', 'A', 'a')).toBe(true);
    expect(await profile.hold('record', 'B', 'b')).toBe(false);
  });
  expect(await profile.holdOfAll()).toMatchObject({ code: 'A' });
  await profile.lift();
});

it('whoever asks for a preflight wakes the seeders that hold themselves', async () => {
  await wake(profile.mendedTopic, async () => {
    expect(await profile.tellMended()).toBeInstanceOf(Date);
  });
});

/** After each of so many probes, in seconds. */
async function delays(probes: number): Promise<number[]> {
  await profile.hold('record', 'A', 'a');
  const seconds: number[] = [];
  for (let made = 0; made < probes; made += 1) {
    await fixture.database.query('UPDATE profile_hold SET next_probe_at = now()');
    await profile.takeProbe();
    const [row] = await fixture.database.query<{ seconds: number }>(
      'SELECT round(extract(epoch FROM next_probe_at - now()))::int AS seconds FROM profile_hold',
    );
    seconds.push(row?.seconds ?? Number.NaN);
  }
  await profile.lift();
  return seconds;
}

describe('the time between probes of a hold', () => {
  it('doubles with each of the only seeder, and with each round of several', async () => {
    expect(await delays(3)).toEqual([10, 20, 40]);
    const two = [await seeder(), await seeder()];
    expect(await delays(4)).toEqual([7, 10, 14, 20]);
    await profile.holdSeeder(two[0] ?? '', CLOCK, REASON, 30_000);
    expect(await delays(2)).toEqual([10, 20]);
  });

  it('doubles with four probes at the least, however many seeders there are', async () => {
    for (let at = 0; at < 10; at += 1) await seeder();
    expect((await delays(8)).filter((_, at) => at % 4 === 3)).toEqual([10, 20]);
  });
});

it('the others that are to probe first are those whose probe failed earlier, or never', async () => {
  const [one, other, held] = [await seeder(), await seeder(), await seeder()];
  await profile.holdSeeder(held, CLOCK, REASON, 30_000);
  const first = async (): Promise<number[]> =>
    Promise.all([one, other].map(async (id) => profile.othersToProbeFirst(id)));
  expect(await first()).toEqual([0, 0]);
  await profile.noteFailedProbe(one);
  expect(await first()).toEqual([1, 0]);
  await profile.noteFailedProbe(other);
  expect(await first()).toEqual([0, 1]);
});

describe('a seeder that holds itself', () => {
  it('holds nobody else while another one lives', async () => {
    const { id } = await fixture.submit([{}]);
    const [held, other] = [await seeder(), await seeder()];
    await profile.holdSeeder(held, CLOCK, REASON, 30_000);
    expect(await profile.heldSeeders()).toMatchObject([{ id: held, code: CLOCK, reason: REASON }]);
    expect([await profile.isAskedByOthers(held), await profile.isAskedByOthers(other)]).toEqual([
      true,
      false,
    ]);
    expect(await profile.holdsOf(id)).toEqual([]);
    expect(await profile.holdOfAll()).toBeUndefined();
  });

  it('is told as what holds every request when no other one lives, until it is well', async () => {
    const { id } = await fixture.submit([{}]);
    const [held, gone] = [await seeder(), await seeder()];
    await fixture.database.query(`UPDATE seeder SET seen_at = now() - interval '1 minute' WHERE id = $1`, [
      gone,
    ]);
    await profile.holdSeeder(held, CLOCK, REASON, 30_000);
    const [{ nextTryAt } = {}] = await profile.heldSeeders();
    expect(nextTryAt?.getTime()).toBeGreaterThan(Date.now());
    const told = { code: CLOCK, reason: REASON, nextTryAt };
    expect(await profile.holdOfAll()).toMatchObject(told);
    expect(await profile.holdsOf(id)).toMatchObject([{ kind: 'profile', ...told }]);
    expect((await new OverviewStore(fixture.database).find(id))?.holds).toMatchObject([
      { kind: 'profile', ...told },
    ]);
    expect(await profile.requestsHeld()).toBeGreaterThan(0);
    expect(await new AwaitedStore(fixture.database, 'default').hindrance()).toEqual({
      kind: 'profile',
      code: CLOCK,
      nextTryAt,
    });
    await profile.releaseSeeder(held);
    expect(await profile.holdsOf(id)).toEqual([]);
    expect(await profile.heldSeeders()).toEqual([]);
  });

  it('is shown by its machine and process, and with all others held by when the next of them tries', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    for (const [id, processId] of [[first, 11] as const, [second, 12] as const])
      await seeders.beat(id, { ...IDLE_SEEDER, host: 'worker-7', processId });
    await profile.holdSeeder(first, CLOCK, REASON, 600_000);
    await profile.holdSeeder(second, CLOCK, REASON, 60_000);
    const held = await profile.heldSeeders();
    expect(held).toMatchObject([
      { id: first, host: 'worker-7', processId: 11 },
      { id: second, host: 'worker-7', processId: 12 },
    ]);
    expect((await profile.holdOfAll())?.nextTryAt).toEqual(held[1]?.nextTryAt);
    await profile.putSeederOff(second, 3_600_000);
    expect((await profile.holdOfAll())?.nextTryAt).toEqual(held[0]?.nextTryAt);
    await profile.putSeederOff(second, 60_000);
    expect((await standingHolds(fixture.database))[0]).toMatchObject({
      kind: 'profile',
      subject: null,
      code: CLOCK,
      reason: expect.stringContaining(`so nobody is asked. The first of them: ${REASON}`),
    });
    expect((await standingHolds(fixture.database)).filter(({ kind }) => kind === 'seeder')).toMatchObject(
      held.map(({ id, host, processId }) => ({
        subject: id,
        host,
        processId,
        nextTryAt: expect.any(Date) as Date,
      })),
    );
  });
});

describe('the time in which all seeders held themselves', () => {
  let id: string;
  let held: string;
  beforeEach(async () => {
    ({ id } = await fixture.submit([{}]));
    await fixture.ranges.take(id, 0);
    await fixture.database.query(
      `UPDATE request SET started_at = now() - interval '1000 seconds' WHERE id = $1`,
      [id],
    );
    held = await seeder();
    await profile.holdSeeder(held, CLOCK, REASON, 30_000);
    await fixture.database.query(`UPDATE seeder SET held_since = now() - interval '600 seconds'`);
  });

  const heldSeconds = async (): Promise<number> =>
    Math.round(((await fixture.requests.find(id))?.heldSeconds ?? 0) / 10) * 10;

  it('counts as held, once, when one of them is well again', async () => {
    await profile.releaseSeeder(held);
    expect(await heldSeconds()).toBe(600);
    await profile.releaseSeeder(held);
    expect(await heldSeconds()).toBe(600);
  });

  it('counts when one of them ends, or another one begins', async () => {
    await seeders.beat(randomUUID(), IDLE_SEEDER);
    expect(await heldSeconds()).toBe(600);
    await fixture.database.query('UPDATE request SET held_seconds = 0, held_through = NULL');
    await fixture.database.query('DELETE FROM seeder WHERE id <> $1', [held]);
    await seeders.leave(held);
    expect(await heldSeconds()).toBe(600);
  });

  it('does not count while one of them could ask', async () => {
    await seeder();
    await profile.releaseSeeder(held);
    expect(await heldSeconds()).toBe(0);
  });

  it('counts from when the last of them was held', async () => {
    const last = await seeder();
    await profile.holdSeeder(last, CLOCK, REASON, 30_000);
    await fixture.database.query(
      `UPDATE seeder SET held_since = now() - interval '100 seconds' WHERE id = $1`,
      [last],
    );
    await profile.releaseSeeder(held);
    expect(await heldSeconds()).toBe(100);
  });
});

it('a hold of the profile counts from the last call that was answered before it', async () => {
  const { id } = await fixture.submit([{}]);
  await fixture.ranges.take(id, 0);
  await fixture.database.query(
    `UPDATE request SET started_at = now() - interval '1000 seconds' WHERE id = $1`,
    [id],
  );
  await new SilenceStore(fixture.database, 'default').noteAnswered(20_000);
  await profile.hold('record', 'MTS-IDA-102', 'no answer');
  await new SilenceStore(fixture.database, 'default').noteAnswered(0);
  await profile.lift();
  expect(Math.round((await fixture.requests.find(id))?.heldSeconds ?? 0)).toBe(20);
});

describe('a request of which one record cannot be asked about', () => {
  it('is held once nothing else of it has work but what waits to be asked again', async () => {
    const { id } = await fixture.submit(Array.from({ length: 600 }, () => ({})));
    expect(await profile.holdRequestAtItsEnd({ requestId: id, n: 0 }, 'A', 'a', 'hand')).toBe(false);
    const lease = await fixture.ranges.take(id, 1);
    expect(await profile.holdRequestAtItsEnd({ requestId: id, n: 0 }, 'A', 'a', 'hand')).toBe(false);
    if (lease !== undefined) await fixture.ranges.finish(lease, 5);
    expect(await profile.holdRequestAtItsEnd({ requestId: id, n: 0 }, 'A', 'a', 'hand')).toBe(true);
    expect(await profile.holdsOf(id)).toMatchObject([{ kind: 'request', code: 'A', nextTryAt: null }]);
  });

  it('is not held while a range of it only waits because of a fault', async () => {
    const { id } = await fixture.submit(Array.from({ length: 600 }, () => ({})));
    const setAside = new SetAsideStore(fixture.database);
    await setAside.noteFault(await fixture.taken(id, 1), 'TypeError');
    expect(await profile.holdRequestAtItsEnd({ requestId: id, n: 0 }, 'A', 'a', 'hand')).toBe(false);
    await fixture.database.query('UPDATE range SET again_at = NULL WHERE request_id = $1', [id]);
    await fixture.ranges.finish(await fixture.taken(id, 1), 5);
    expect(await profile.holdRequestAtItsEnd({ requestId: id, n: 0 }, 'A', 'a', 'hand')).toBe(true);
  });

  it('is tried again by itself where an answer is to end that', async () => {
    const { id } = await fixture.submit([{}]);
    await profile.holdRequestAtItsEnd({ requestId: id, n: 0 }, 'A', 'a', 'an answer');
    expect(await profile.holdsOf(id)).toMatchObject([{ nextTryAt: expect.any(Date) }]);
  });
});
