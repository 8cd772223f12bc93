import { randomUUID } from 'node:crypto';

import { createLogger } from '@mts/platform';
import { Database, migrate, Notifications, notifyOf, OverviewStore, type RequestOverview } from '@mts/store';
import { createTestDatabase, dropTestDatabase, until } from '@mts/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';

import { eventText } from './event-stream.js';
import { RequestWatch, type Seen } from './request-watch.js';

/** The real store, which also counts, and fails when it is told to. */
class CountingOverviews extends OverviewStore {
  looks = 0;
  fails = false;

  override async find(id: string): Promise<RequestOverview | undefined> {
    this.looks += 1;
    if (this.fails) throw new Error('the database is away');
    return super.find(id);
  }
}

let url: string;
let database: Database;
let notifications: Notifications;
const logLines: string[] = [];
const logger = createLogger({ app: 'spec', level: 'debug', write: (line) => logLines.push(line) });

beforeAll(async () => {
  url = await createTestDatabase();
  await migrate(url, 'mts');
  database = await Database.open({ url, schema: 'mts', app: 'spec', connectionsMax: 2 });
  notifications = await Notifications.open({ url, schema: 'mts', app: 'spec', onFault: () => undefined });
});
afterAll(async () => {
  await notifications.close();
  await database.close();
  await dropTestDatabase(url);
});

let overviews: CountingOverviews;
let watch: RequestWatch;
beforeEach(() => {
  overviews = new CountingOverviews(database);
  watch = new RequestWatch(overviews, notifications, logger);
});
afterEach(() => watch.onModuleDestroy());

it('a request is looked at once for all who follow it, however often it changes in a moment', async () => {
  const id = randomUUID();
  const seen = Array.from({ length: 50 }, () => 0);
  const ends = seen.map((_, n) => watch.follow(id, () => (seen[n] = (seen[n] ?? 0) + 1)));
  await until(() => seen.every((count) => count === 1));
  expect(overviews.looks).toBe(1);
  for (let n = 0; n < 20; n += 1) await notifyOf(database, id);
  await until(() => seen.every((count) => count === 2));
  expect(overviews.looks).toBe(2);
  for (const end of ends) end();
});

it('who comes later is told at once what was seen last', async () => {
  const id = randomUUID();
  const end = watch.follow(id, () => undefined);
  await until(() => overviews.looks === 1);
  const told: Seen[] = [];
  await until(() => {
    watch.follow(id, (seen) => told.push(seen))();
    return told.length > 0;
  });
  expect([told[0], overviews.looks]).toEqual(['erased', 1]);
  end();
});

it('a request that nobody follows any more is not looked at', async () => {
  const id = randomUUID();
  const end = watch.follow(id, () => undefined);
  await until(() => overviews.looks === 1);
  end();
  const { looks } = overviews;
  const other = watch.follow(randomUUID(), () => undefined);
  await until(() => overviews.looks === looks + 2);
  other();
  expect(overviews.looks).toBe(looks + 2);
});

it('a look that fails is made again, and said in the log', async () => {
  overviews.fails = true;
  const told: Seen[] = [];
  const end = watch.follow(randomUUID(), (seen) => told.push(seen));
  await until(() => overviews.looks === 1);
  overviews.fails = false;
  await until(() => told.length > 0);
  end();
  expect(logLines.join('')).toContain('could not be looked at');
});

it('a stream on which nothing happens says now and then that it is there', async () => {
  const id = randomUUID();
  overviews.fails = true;
  const stop = new AbortController();
  const text = eventText(watch, {
    requestId: id,
    lastEventId: undefined,
    show: () => {
      throw new Error('there is nothing to show');
    },
    signal: stop.signal,
    heartbeatEveryMs: 1,
  });
  expect((await text.next()).value).toMatch(/^retry/);
  expect((await text.next()).value).toMatch(/^:.*\n\n$/);
  stop.abort();
  expect(await text.next()).toEqual({ done: true, value: undefined });
});
