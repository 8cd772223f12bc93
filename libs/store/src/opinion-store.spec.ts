import { randomUUID } from 'node:crypto';

import { until } from '@mts/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';

import { Notifications, OpinionStore, ProfileStore, SilenceStore } from './index.js';
import { storeFixture, type StoreFixture } from './spec-support/fixture.js';

let fixture: StoreFixture;
let profile: ProfileStore;
beforeAll(async () => {
  fixture = await storeFixture();
  profile = new ProfileStore(fixture.database, 'default');
});
beforeEach(async () => {
  await fixture.database.query('DELETE FROM seeder');
  await fixture.database.query('DELETE FROM ida_answer');
});
afterAll(async () => fixture.database.close());

class SpecSeeder {
  readonly id = randomUUID();
  readonly opinions = new OpinionStore(fixture.database, 'default', this.id);

  static async start(): Promise<SpecSeeder> {
    const seeder = new SpecSeeder();
    // Its beats are none of this.
    await fixture.database.query(
      `INSERT INTO seeder (id, in_flight_max, seen_at) VALUES ($1, 1, now() + interval '1 hour')`,
      [seeder.id],
    );
    return seeder;
  }

  async preflight(result: 'ok' | 'failed'): Promise<void> {
    await this.opinions.notePreflight(result === 'ok', await later());
  }

  async letBeSilent(): Promise<void> {
    await fixture.database.query(`UPDATE seeder SET seen_at = now() - interval '4 seconds' WHERE id = $1`, [
      this.id,
    ]);
  }
}

/** The database's clock when it shows another millisecond, for what a process hears of it has no smaller parts. */
async function later(): Promise<Date> {
  const at = await fixture.database.now();
  return until(async () => {
    const now = await fixture.database.now();
    return now > at ? now : undefined;
  });
}

/** One whose preflight has just failed. */
async function failing(): Promise<SpecSeeder> {
  const seeder = await SpecSeeder.start();
  await seeder.preflight('failed');
  return seeder;
}

it('another seeder is well once a preflight of its own succeeds that was begun after the question', async () => {
  const [asker, other] = [await failing(), await SpecSeeder.start()];
  await other.preflight('ok');
  await asker.opinions.ask();
  expect(await asker.opinions.ofOthers()).toBe('undecided');
  await other.preflight('ok');
  expect(await asker.opinions.ofOthers()).toBe('well');
});

it('another seeder is well once somebody is answered who was asked after the question', async () => {
  const asker = await failing();
  await SpecSeeder.start();
  await asker.opinions.ask();
  const silence = new SilenceStore(fixture.database, 'default');
  await silence.noteAnswered(60_000);
  expect(await asker.opinions.ofOthers()).toBe('undecided');
  await silence.noteAnswered(0);
  expect(await asker.opinions.ofOthers()).toBe('well');
});

it('none is well once the preflights of all have failed, and not before', async () => {
  const [asker, ...others] = [await failing(), await SpecSeeder.start(), await SpecSeeder.start()];
  await asker.opinions.ask();
  for (const other of others) {
    expect(await asker.opinions.ofOthers()).toBe('undecided');
    await other.preflight('failed');
  }
  expect(await asker.opinions.ofOthers()).toBe('not well');
});

it('a failure of long before the own one says nothing, unless that seeder asks too', async () => {
  const [other, asker] = [await failing(), await failing()];
  expect(await asker.opinions.ofOthers()).toBe('undecided');
  await other.opinions.ask();
  expect(await asker.opinions.ofOthers()).toBe('not well');
  await other.opinions.withdraw();
  expect(await asker.opinions.ofOthers()).toBe('undecided');
});

it('one that is silent, or holds itself, is not waited for', async () => {
  const [asker, silent, held] = [await failing(), await SpecSeeder.start(), await SpecSeeder.start()];
  expect(await asker.opinions.ofOthers()).toBe('undecided');
  await silent.letBeSilent();
  expect(await asker.opinions.ofOthers()).toBe('undecided');
  await profile.holdSeeder(held.id, 'IDA-MPA-007', 'its licence key', 30_000);
  expect(await asker.opinions.ofOthers()).toBe('not well');
});

it('a question wakes the others, and stands until they have made a preflight that began later', async () => {
  const notifications = await Notifications.open({
    url: fixture.url,
    schema: 'mts',
    app: 'spec',
    onFault: () => undefined,
  });
  const [asker, other] = [await failing(), await SpecSeeder.start()];
  let woken = 0;
  notifications.subscribe(other.opinions.topic, () => (woken += 1));
  await other.preflight('ok');
  expect([await other.opinions.isAsked(), await asker.opinions.isAsked()]).toEqual([false, false]);
  await asker.opinions.ask();
  await until(() => woken === 1);
  expect([await other.opinions.isAsked(), await asker.opinions.isAsked()]).toEqual([true, false]);
  await other.preflight('failed');
  expect(await other.opinions.isAsked()).toBe(false);
  await notifications.close();
});

it('the question of a seeder that is gone is nobody’s any more', async () => {
  const [asker, other] = [await failing(), await SpecSeeder.start()];
  await asker.opinions.ask();
  await asker.letBeSilent();
  expect(await other.opinions.isAsked()).toBe(false);
});
