import { randomUUID } from 'node:crypto';

import { databaseTrouble } from '@mts/postgres';
import { until } from '@mts/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { Notifications } from './notifications.js';
import { notifyOf } from './request-end.js';
import { type StoreFixture, storeFixture } from './spec-support/fixture.js';

/** So long that no test passes by it. */
const NEVER_MS = 600_000;

let store: StoreFixture;
let notifications: Notifications;
const faults: Error[] = [];

beforeAll(async () => {
  store = await storeFixture();
  notifications = await listen('mts');
});
afterAll(async () => {
  await notifications.close();
  await store.database.close();
});

async function listen(schema: string): Promise<Notifications> {
  return Notifications.open({
    url: store.url,
    schema,
    app: 'spec-notifications',
    onFault: (error) => faults.push(error),
  });
}

/** Each next() resolves when a look is due. */
function follow(requestId: string, pollMs = NEVER_MS) {
  const stop = new AbortController();
  return { stop, looks: notifications.follow(requestId, { pollMs, signal: stop.signal }) };
}

it('the first look is due at once, the next one when the request has changed', async () => {
  const id = randomUUID();
  const { looks } = follow(id);
  await looks.next();
  const second = looks.next();
  await store.database.transaction(async (tx) => notifyOf(tx, id));
  await expect(second).resolves.toEqual({ done: false, value: undefined });
  await looks.return();
});

it('a change that comes while somebody still looks makes the next look due', async () => {
  const id = randomUUID();
  const { looks } = follow(id);
  await looks.next();
  const heard = new Promise<void>((resolve) => notifications.subscribe(id, resolve));
  await notifyOf(store.database, id);
  await heard;
  await expect(looks.next()).resolves.toMatchObject({ done: false });
  await looks.return();
});

it('a change of another request, and one that is rolled back, wake nobody', async () => {
  const [mine, other, last] = [randomUUID(), randomUUID(), randomUUID()];
  const woken: string[] = [];
  notifications.subscribe(mine, () => woken.push('mine'));
  notifications.subscribe(other, () => woken.push('other'));
  const end = new Promise<void>((resolve) => notifications.subscribe(last, resolve));
  const rolledBack = store.database.transaction(async (tx) => {
    await notifyOf(tx, mine);
    throw new Error('undone');
  });
  await expect(rolledBack).rejects.toThrow('undone');
  await notifyOf(store.database, other);
  await notifyOf(store.database, last);
  await end;
  expect(woken).toEqual(['other']);
});

it('without any notification a look is due when the time between two has passed', async () => {
  const { looks } = follow(randomUUID(), 1);
  await looks.next();
  await expect(looks.next()).resolves.toMatchObject({ done: false });
  await looks.return();
});

it('following ends with the signal, also while it waits', async () => {
  const { looks, stop } = follow(randomUUID());
  await looks.next();
  const second = looks.next();
  stop.abort();
  await expect(second).resolves.toMatchObject({ done: true });
});

it('when the connection was away everybody is told to look, and changes are heard again', async () => {
  const id = randomUUID();
  const { looks } = follow(id);
  await looks.next();
  const afterLoss = looks.next();
  await store.database.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'spec-notifications' AND datname = current_database()`,
  );
  await expect(afterLoss).resolves.toMatchObject({ done: false });
  expect(faults[0]?.message).toMatch(/lost/);
  expect(databaseTrouble(faults[0])).toBe('away');
  await until(() => notifications.isListening);
  const afterChange = looks.next();
  await notifyOf(store.database, id);
  await expect(afterChange).resolves.toMatchObject({ done: false });
  await looks.return();
});

it('a look that is due no more after the end of a subscription is not made', async () => {
  const [mine, last] = [randomUUID(), randomUUID()];
  const woken: string[] = [];
  const unsubscribe = notifications.subscribe(mine, () => woken.push('mine'));
  const end = new Promise<void>((resolve) => notifications.subscribe(last, resolve));
  unsubscribe();
  await notifyOf(store.database, mine);
  await notifyOf(store.database, last);
  await end;
  expect(woken).toEqual([]);
});
