import { randomUUID } from 'node:crypto';

import { IDLE_SEEDER, until } from '@mts/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { Database, type InFlightGrant, ProfileStore, SeederStore } from './index.js';
import { storeFixture, type StoreFixture } from './spec-support/fixture.js';

let fixture: StoreFixture;
let store: SeederStore;
beforeAll(async () => {
  fixture = await storeFixture();
  store = new SeederStore(fixture.database);
});
afterAll(async () => fixture.database.close());
beforeEach(async () => {
  await fixture.database.query('DELETE FROM seeder');
});

/** A seeder with all its places in use, as far as it has any. */
class Sharer {
  readonly id = randomUUID();
  grant: InFlightGrant = { granted: 0, fair: 0 };
  inFlight = 0;

  constructor(
    readonly placesMaxAll: number,
    readonly own = store,
  ) {}

  get usable(): number {
    return Math.min(this.grant.granted, this.grant.fair);
  }

  async beat(): Promise<number> {
    const figures = { ...IDLE_SEEDER, inFlightMaxAll: this.placesMaxAll };
    this.grant = await this.own.beatAndShare(this.id, figures, Math.max(this.usable, this.inFlight));
    return this.grant.granted;
  }
}

async function granted(): Promise<number> {
  const [row] = await fixture.database.query<{ sum: number }>(
    'SELECT coalesce(sum(in_flight_share), 0)::int AS sum FROM seeder',
  );
  return row?.sum ?? 0;
}

async function letDie(id: string): Promise<void> {
  await letBeSilent(id, 16);
}

async function letBeSilent(id: string, seconds: number): Promise<void> {
  await fixture.database.query(
    'UPDATE seeder SET seen_at = now() - make_interval(secs => $2) WHERE id = $1',
    [id, seconds],
  );
}

/** When the transaction began that waits for the table. */
async function lateTransaction(): Promise<string | undefined> {
  const [waiting] = await fixture.database.query<{ beganAt: string }>(
    `SELECT xact_start::text AS "beganAt" FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return waiting?.beganAt;
}

it('shows the figures of those that live, the oldest first', async () => {
  const [old, gone, young] = [randomUUID(), randomUUID(), randomUUID()];
  const figures = { ...IDLE_SEEDER, inFlight: 7, latencyMs: 101.5, callsPerSecond: 70, ratePerSecondMax: 80 };
  await store.beat(old, IDLE_SEEDER);
  await store.beat(gone, IDLE_SEEDER);
  await store.beat(young, IDLE_SEEDER);
  await store.beat(old, figures);
  await letDie(gone);
  expect(await store.live()).toEqual([
    { id: old, ...figures, inFlightShare: null, asOf: expect.any(Date), isSilent: false },
    { id: young, ...IDLE_SEEDER, inFlightShare: null, asOf: expect.any(Date), isSilent: false },
  ]);
  await store.leave(young);
  expect(await store.live()).toHaveLength(1);
});

it('counts the lists of those others that could work on more', async () => {
  const [me, busy, idle, held, silent, without] = Array.from({ length: 6 }, () => randomUUID());
  for (const [id = '', lists] of [
    [me, 7],
    [busy, 5],
    [idle, 1],
    [held, 0],
    [silent, 0],
  ] as const)
    await store.beat(id, { ...IDLE_SEEDER, lists });
  await store.beat(without ?? '', { ...IDLE_SEEDER, inFlightLimit: 0 });
  await new ProfileStore(fixture.database, 'default').holdSeeder(
    held ?? '',
    'IDA-MLC-001',
    'its clock',
    1000,
  );
  await letBeSilent(silent ?? '', 4);
  expect(await store.listsOfAll(me ?? '')).toEqual({ seeders: 2, sum: 6, fewest: 1 });
});

it('says of one that has missed beats that it is silent, and takes it for alive a while longer', async () => {
  const [well, killed] = [randomUUID(), randomUUID()];
  for (const id of [well, killed]) await store.beat(id, { ...IDLE_SEEDER, inFlight: 7 });
  await letBeSilent(killed, 4);
  expect(await store.live()).toMatchObject([{ isSilent: false }, { isSilent: true, inFlight: 7 }]);
});

describe('the maximum of all seeders', () => {
  it('belongs to one that is alone, up to its own maximum', async () => {
    expect(await new Sharer(10).beat()).toBe(10);
    await fixture.database.query('DELETE FROM seeder');
    expect(await new Sharer(100).beat()).toBe(IDLE_SEEDER.inFlightMax);
  });

  it('is divided with one that joins once the first has given back, and not before', async () => {
    const [first, second] = [new Sharer(11), new Sharer(11)];
    await first.beat();
    first.inFlight = 11;
    expect(await second.beat()).toBe(0);
    // It keeps to its new share from here on, but its calls are still in flight.
    expect([await first.beat(), first.usable]).toEqual([11, 6]);
    expect(await second.beat()).toBe(0);
    first.inFlight = 8;
    expect([await first.beat(), await second.beat()]).toEqual([8, 3]);
    first.inFlight = 5;
    expect([await first.beat(), await second.beat()]).toEqual([6, 5]);
  });

  it('is not given back while the seeder could still use it: the statement before told it of no smaller share', async () => {
    const [first, second] = [new Sharer(10), new Sharer(10)];
    await first.beat();
    await second.beat();
    first.inFlight = 0;
    expect(await first.beat()).toBe(10);
    expect(await first.beat()).toBe(5);
  });

  it('leaves some without a place where there are fewer than seeders, and they get those of whoever leaves', async () => {
    const sharers = [new Sharer(2), new Sharer(2), new Sharer(2)];
    for (let round = 0; round < 3; round += 1) for (const one of sharers) await one.beat();
    expect(sharers.map((one) => one.usable)).toEqual([1, 1, 0]);
    await store.leave(sharers[0]?.id ?? '');
    expect(await sharers[2]?.beat()).toBe(1);
  });

  it('leaves nothing to a seeder that holds itself, so that others ask in its place', async () => {
    const [held, other] = [new Sharer(1), new Sharer(1)];
    await held.beat();
    expect(await other.beat()).toBe(0);
    await new ProfileStore(fixture.database, 'default').holdSeeder(
      held.id,
      'IDA-MLC-001',
      'its clock',
      30_000,
    );
    await held.beat();
    expect([await held.beat(), await other.beat()]).toEqual([0, 1]);
  });

  it('is taken from one that counts as gone, which begins anew when it comes back', async () => {
    const [frozen, other] = [new Sharer(10), new Sharer(10)];
    await frozen.beat();
    await letDie(frozen.id);
    expect(await other.beat()).toBe(10);
    expect(await frozen.beat()).toBe(0);
    expect(await other.beat()).toBe(10);
    expect(await other.beat()).toBe(5);
    expect(await frozen.beat()).toBe(5);
  });

  it('is not claimed back by one that counted as alive when its beat began, and as gone when its turn came', async () => {
    const late = new Sharer(10);
    await late.beat();
    const { beat } = await fixture.database.transaction(async (tx) => {
      await tx.query('LOCK TABLE seeder IN SHARE ROW EXCLUSIVE MODE');
      const waiting = late.beat();
      const beganAt = await until(lateTransaction);
      await tx.query(
        `UPDATE seeder SET seen_at = $1::timestamptz - interval '15 seconds' + interval '1 microsecond'`,
        [beganAt],
      );
      // What another seeder does whose turn it is: it takes what is free by now.
      await tx.query(
        'INSERT INTO seeder (id, in_flight_max, in_flight_max_all, in_flight_share) VALUES ($1, 32, 10, 10)',
        [randomUUID()],
      );
      return { beat: waiting };
    });
    expect(await beat).toBe(0);
  });

  it('is divided on although a seeder is frozen in the middle of its beat', async () => {
    const { promise: awake, resolve: wake } = Promise.withResolvers<void>();
    const { promise: isFrozen, resolve: freeze } = Promise.withResolvers<void>();
    // Holds what a beat holds once it has begun.
    const freezing: Pick<Database, 'transaction'> = {
      transaction: async (work) =>
        fixture.database.transaction(async (tx) => {
          const query = async <R>(sql: string, parameters?: unknown[]): Promise<R[]> => {
            const rows = await tx.query<R>(sql, parameters);
            if (!sql.startsWith('LOCK')) return rows;
            freeze();
            await awake;
            return rows;
          };
          return work(Object.assign(Object.create(tx) as typeof tx, { query }));
        }),
    };
    const frozen = new Sharer(10, new SeederStore(freezing as Database)).beat();
    await isFrozen;
    expect(await new Sharer(10).beat()).toBe(10);
    wake();
    await expect(frozen).rejects.toThrow(/released|terminat/);
  });

  it('is never exceeded by what several seeders are granted at once, and is theirs in the end', async () => {
    const databases = await Promise.all(
      Array.from({ length: 4 }, async () =>
        Database.open({ url: fixture.url, schema: 'mts', app: 'spec', connectionsMax: 2 }),
      ),
    );
    const sharers = databases.map((database) => new Sharer(30, new SeederStore(database)));
    const sums: number[] = [];
    const beatAtOnce = async (): Promise<void> => {
      await Promise.all(
        sharers.map(async (one) => {
          // As much as it may have in flight.
          one.inFlight = one.usable;
          await one.beat();
          sums.push(await granted());
        }),
      );
    };
    // The first beats of all are those that know of nobody else.
    for (let start = 0; start < 5; start += 1) {
      await fixture.database.query('DELETE FROM seeder');
      for (const one of sharers) one.grant = { granted: 0, fair: 0 };
      await beatAtOnce();
    }
    for (let round = 0; round < 8; round += 1) await beatAtOnce();
    expect(Math.max(...sums)).toBeLessThanOrEqual(30);
    expect(sharers.map((one) => one.usable).toSorted((a, b) => a - b)).toEqual([7, 7, 8, 8]);
    for (const database of databases) await database.close();
  });
});
