import { randomUUID } from 'node:crypto';

import { until } from '@mts/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { AwaitedStore } from './awaited-store.js';
import { Notifications } from './notifications.js';
import { OverviewStore } from './overview-store.js';
import { ProfileStore } from './profile-store.js';
import { type StoreFixture, storeFixture } from './spec-support/fixture.js';

const CLOCK = 'IDA-MLC-001';
const REASON = 'its clock is about 300 s behind';

let fixture: StoreFixture;
let profile: ProfileStore;
beforeAll(async () => {
  fixture = await storeFixture();
  profile = new ProfileStore(fixture.database, 'default');
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

it('a hold of the profile wakes whoever works for it', async () => {
  const notifications = await Notifications.open({
    url: fixture.url,
    schema: 'mts',
    app: 'spec',
    onFault: () => undefined,
  });
  let woken = 0;
  notifications.subscribe(profile.topic, () => (woken += 1));
  expect([await profile.hold('record', 'A', 'a'), await profile.hold('record', 'B', 'b')]).toEqual([
    true,
    false,
  ]);
  await until(() => woken === 1);
  expect(await profile.holdOfAll()).toMatchObject({ code: 'A' });
  await profile.lift();
  await notifications.close();
});

describe('a seeder that holds itself', () => {
  it('holds nobody else while another one lives', async () => {
    const { id } = await fixture.submit([{}]);
    const [held, other] = [await seeder(), await seeder()];
    await profile.holdSeeder(held, CLOCK, REASON);
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
    await profile.holdSeeder(held, CLOCK, REASON);
    const told = { code: CLOCK, reason: REASON, nextTryAt: null };
    expect(await profile.holdOfAll()).toMatchObject(told);
    expect(await profile.holdsOf(id)).toMatchObject([{ kind: 'profile', ...told }]);
    expect((await new OverviewStore(fixture.database).find(id))?.holds).toMatchObject([
      { kind: 'profile', ...told },
    ]);
    expect(await profile.requestsHeld()).toBeGreaterThan(0);
    expect(await new AwaitedStore(fixture.database, 'default').hindrance()).toMatchObject({
      kind: 'profile',
      ...told,
    });
    await profile.releaseSeeder(held);
    expect(await profile.holdsOf(id)).toEqual([]);
    expect(await profile.heldSeeders()).toEqual([]);
  });
});

describe('a request of which one record cannot be asked about', () => {
  it('is held once nothing else of it has work', async () => {
    const { id } = await fixture.submit(Array.from({ length: 600 }, () => ({})));
    expect(await profile.holdRequestAtItsEnd({ requestId: id, n: 0 }, 'A', 'a')).toBe(false);
    const lease = await fixture.ranges.take(id, 1);
    expect(await profile.holdRequestAtItsEnd({ requestId: id, n: 0 }, 'A', 'a')).toBe(false);
    if (lease !== undefined) await fixture.ranges.finish(lease, 5);
    expect(await profile.holdRequestAtItsEnd({ requestId: id, n: 0 }, 'A', 'a')).toBe(true);
    expect(await profile.holdsOf(id)).toMatchObject([{ kind: 'request', code: 'A' }]);
  });
});
