import { createHash } from 'node:crypto';

import { createTestDatabase } from '@mts/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  CopyBlock,
  Database,
  keksInUse,
  migrate,
  ProfileStore,
  SchemaError,
  SetAsideStore,
  SteeringStore,
  unusedKeks,
  UploadGoneError,
  verifyKek,
} from './index.js';
import { FAULTS_MAX } from './holds.js';
import { archiveRequest } from './request-end.js';
import { INVALID, outcome, type StoreFixture, storeFixture } from './spec-support/fixture.js';

let fixture: StoreFixture;
beforeAll(async () => {
  fixture = await storeFixture();
});
afterAll(async () => fixture.database.close());

async function finished(): Promise<string> {
  const { id } = await fixture.submit([{}]);
  const lease = await fixture.taken(id);
  await fixture.saveOutcomes(lease, [outcome(1)]);
  await fixture.ranges.finish(lease);
  return id;
}

async function age(id: string, hours: number): Promise<void> {
  await fixture.database.query(
    `UPDATE request SET created_at = created_at - make_interval(hours => $2), ended_at = ended_at - make_interval(hours => $2), touched_at = touched_at - make_interval(hours => $2) WHERE id = $1`,
    [id, hours],
  );
}

async function heldFor(hours: number): Promise<string> {
  const { id } = await fixture.submit([{}]);
  const lease = await fixture.taken(id);
  await fixture.ranges.finish(lease);
  await new ProfileStore(fixture.database, 'default').holdRequest(id, 'IDA-MPA-006', 'policy');
  await fixture.database.query(
    'UPDATE request_hold SET since = now() - make_interval(hours => $2) WHERE request_id = $1',
    [id, hours],
  );
  return id;
}

async function pausedFor(id: string, hours: number): Promise<void> {
  await new SteeringStore(fixture.database, fixture.requests).pause(id);
  await fixture.database.query(
    `UPDATE request_hold SET since = now() - make_interval(hours => $2) WHERE request_id = $1 AND kind = 'operator'`,
    [id, hours],
  );
}

/** A list that is still to be fetched. */
async function pulled(): Promise<string> {
  const { id } = await fixture.submit([{}]);
  await fixture.database.query(`UPDATE request SET state = 'pulling' WHERE id = $1`, [id]);
  return id;
}

/** Whether it counts as past its age. */
async function isTaken(id: string): Promise<boolean> {
  return (await fixture.requests.expired(168, 1000)).includes(id);
}

async function recordCount(id: string): Promise<number> {
  return (await fixture.states(id)).length;
}

describe('the schema', () => {
  it('is made once by whoever comes first, and by nobody twice', async () => {
    const url = await createTestDatabase();
    const applied = await Promise.all(Array.from({ length: 4 }, async () => migrate(url, 'mts')));
    expect(applied.flat()).toEqual([
      'Initial1763769600000',
      'KeepsInput1763800000000',
      'WholeContract1763820000000',
      'Engine1763840000000',
      'WrappedKeys1763850000000',
      'Silence1763860000000',
      'SaveOutcomes1763870000000',
      'SecondOpinion1763880000000',
      'ProbeTurns1763890000000',
      'SeedersShown1763900000000',
      'ProbesInTurn1764000000000',
      'ListsOfSeeders1764010000000',
      'OutcomesByEpoch1764020000000',
      'TwinsInOrder1764030000000',
    ]);
  });

  it('stops an app that starts before it, with a sentence that says what to run', async () => {
    const url = await createTestDatabase();
    const opening = Database.open({ url, schema: 'mts', app: 'spec', connectionsMax: 2 });
    await expect(opening).rejects.toThrow(/not there yet: run the migrate command/);
    await expect(opening).rejects.toBeInstanceOf(SchemaError);
  });

  it('stops an app of another version', async () => {
    const url = await createTestDatabase();
    await migrate(url, 'mts');
    const before = await Database.open({ url, schema: 'mts', app: 'spec', connectionsMax: 2 });
    await before.query(`INSERT INTO migration (timestamp, name) VALUES (1, 'FromTheFuture1')`);
    await before.close();
    await expect(Database.open({ url, schema: 'mts', app: 'spec', connectionsMax: 2 })).rejects.toThrow(
      'another version',
    );
  });

  it('lives beside the tables of others, in the schema that it is told', async () => {
    const url = await createTestDatabase();
    await migrate(url, 'seeding');
    const database = await Database.open({ url, schema: 'seeding', app: 'spec', connectionsMax: 2 });
    const tables = await database.query<{ schema: string }>(
      `SELECT DISTINCT schemaname AS schema FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    expect(tables).toEqual([{ schema: 'seeding' }]);
    await database.close();
  });
});

describe('the key-encryption key', () => {
  it('that the database was not written with stops the start', async () => {
    await expect(
      verifyKek(fixture.database, { id: 'static-spec', checkValue: Buffer.from('other') }),
    ).rejects.toThrow('mount the former key');
  });

  it('is in use while a request that is wrapped with it can be opened', async () => {
    const id = await finished();
    expect(await keksInUse(fixture.database)).toEqual(['static-spec']);
    await fixture.requests.archive(id);
    expect(await keksInUse(fixture.database)).toEqual([]);
  });

  it('is unused only when every request wrapped with it is erased', async () => {
    await verifyKek(fixture.database, { id: 'day-2020-01-01', checkValue: Buffer.from('d') });
    await fixture.submit([{}]);
    expect(await unusedKeks(fixture.database, ['static-spec', 'day-2020-01-01'])).toEqual(['day-2020-01-01']);
  });
});

describe('an upload', () => {
  it('is unknown to callers until it is whole', async () => {
    const id = await fixture.receive([{}, {}]);
    expect(await fixture.requests.find(id)).toBeNull();
  });

  it('that breaks off leaves nothing', async () => {
    const id = await fixture.receive([{}, {}]);
    await fixture.requests.discard(id);
    expect(await recordCount(id)).toBe(0);
    expect(await fixture.database.query('SELECT 1 FROM request WHERE id = $1', [id])).toEqual([]);
  });

  it('whose process died is found by its silence, and one that goes on is not', async () => {
    const [dead, alive] = [await fixture.receive([{}]), await fixture.receive([{}])];
    await age(dead, 1);
    const abandoned = await fixture.requests.abandonedUploads(10);
    expect(abandoned).toContain(dead);
    expect(abandoned).not.toContain(alive);
  });

  it('that shows that it goes on is not taken for abandoned', async () => {
    const slow = await fixture.receive([{}]);
    await age(slow, 1);
    await fixture.requests.keepAlive(slow);
    expect(await fixture.requests.abandonedUploads(10)).not.toContain(slow);
  });

  it('that was swept away takes nothing in any more', async () => {
    const gone = await fixture.receive([{}]);
    await fixture.requests.discard(gone);
    const block = new CopyBlock(gone);
    await expect(fixture.requests.addBlock(gone, block.finish())).rejects.toThrow(UploadGoneError);
    await expect(
      fixture.database.transaction(async (tx) => fixture.requests.submit(gone, 1, tx)),
    ).rejects.toThrow(UploadGoneError);
  });

  it('that has become a request cannot be discarded any more', async () => {
    const { id } = await fixture.submit([{}, {}]);
    await fixture.requests.discard(id);
    expect(await recordCount(id)).toBe(2);
  });

  it('without a usable record ends at once, without ranges to work on', async () => {
    const { id, state, ranges } = await fixture.submit([INVALID, INVALID]);
    expect([state, ranges]).toEqual(['submitted_with_errors', 0]);
    expect(await fixture.requests.progress(id)).toEqual({ total: 2, done: 0, failed: 0, invalid: 2 });
    expect(await fixture.requests.find(id)).toMatchObject({ wrappedInputKey: null });
  });

  it('of no record at all ends at once', async () => {
    expect(await fixture.submit([])).toMatchObject({ state: 'submitted_with_errors', ranges: 0 });
  });
});

describe('a request whose results are made of its records too', () => {
  it('keeps the input key and the options to its end and after it, and loses them with its results', async () => {
    const { id } = await fixture.submit([{}], { keepsInput: true });
    const lease = await fixture.taken(id);
    await fixture.saveOutcomes(lease, [outcome(1)]);
    expect(await fixture.ranges.finish(lease)).toBe('processed');
    expect(await fixture.requests.find(id)).toMatchObject({
      keepsInput: true,
      wrappedInputKey: Buffer.from('i'),
      sealedOptions: Buffer.from('o'),
    });
    expect(await fixture.results.pageWithInput(id, 0, 10)).toEqual([
      {
        line: 1,
        state: 'processed',
        sameAsLine: null,
        sealedOutcome: Buffer.from('outcome 1'),
        sealedReference: null,
        sealedInput: Buffer.from('input'),
      },
    ]);
    await fixture.requests.archive(id);
    expect(await fixture.requests.find(id)).toMatchObject({ wrappedInputKey: null, sealedOptions: null });
  });

  it('keeps them without a usable record too', async () => {
    const { id } = await fixture.submit([INVALID], { keepsInput: true });
    expect(await fixture.requests.find(id)).toMatchObject({
      state: 'submitted_with_errors',
      wrappedInputKey: Buffer.from('i'),
    });
  });
});

describe('expiry', () => {
  it('archives a finished request past its age: keys and rows go, the summary stays', async () => {
    const id = await finished();
    await age(id, 200);
    expect(await fixture.requests.expired(168, 10)).toContain(id);
    expect(await fixture.requests.archive(id, 168)).toBe('archived');
    expect(await fixture.requests.find(id)).toMatchObject({
      state: 'archived',
      wrappedResultsKey: null,
      wrappedInputKey: null,
    });
    expect(await fixture.requests.eraseRecords(id)).toBe(1);
    expect(await recordCount(id)).toBe(0);
    expect(await fixture.requests.progress(id)).toMatchObject({ total: 1, done: 1 });
  });

  it('takes no upload that still goes on, whoever asks for it', async () => {
    const id = await fixture.receive([{}]);
    const archived = fixture.database.transaction(async (tx) => archiveRequest(tx, id, 'receiving'));
    await expect(archived).rejects.toThrow('cannot go from receiving to archived');
    expect(await recordCount(id)).toBe(1);
  });

  it('never takes a request that is working, however old', async () => {
    const { id } = await fixture.submit([{}]);
    await fixture.ranges.take(id, 0);
    await age(id, 5000);
    expect(await fixture.requests.expired(168, 10)).not.toContain(id);
    await fixture.requests.archive(id);
    expect(await fixture.requests.find(id)).toMatchObject({ state: 'processing' });
  });

  it('never takes a request that nobody has begun, however long it waits for an outage to end, a seeder, or its turn', async () => {
    const { id } = await fixture.submit([{}]);
    await age(id, 5000);
    const profile = new ProfileStore(fixture.database, 'default');
    await profile.hold('record', 'MTS-IDA-101', 'no answer');
    expect(await isTaken(id)).toBe(false);
    await profile.lift();
    expect(await isTaken(id)).toBe(false);
  });

  it('never takes a request whose ranges are set aside, or wait to be tried again', async () => {
    const { id } = await fixture.submit([{}]);
    const setAside = new SetAsideStore(fixture.database);
    for (let faults = 0; faults < FAULTS_MAX; faults += 1) {
      await fixture.database.query('UPDATE range SET again_at = NULL WHERE request_id = $1', [id]);
      const lease = await fixture.taken(id);
      await setAside.noteFault(lease, 'TypeError');
      await age(id, 1000);
      expect(await isTaken(id)).toBe(false);
    }
  });

  it('never takes a list that is still to be fetched, unless it is paused', async () => {
    const id = await pulled();
    await age(id, 5000);
    expect(await isTaken(id)).toBe(false);
    await pausedFor(id, 200);
    expect(await isTaken(id)).toBe(true);
  });

  it('takes one that somebody has paused for that long, whether it was begun or not', async () => {
    const [waiting, begun, recent] = [
      (await fixture.submit([{}])).id,
      await heldFor(0),
      (await fixture.submit([{}])).id,
    ];
    for (const [id, hours] of [
      [waiting, 200],
      [begun, 200],
      [recent, 24],
    ] as const)
      await pausedFor(id, hours);
    expect(await Promise.all([waiting, begun, recent].map(isTaken))).toEqual([true, true, false]);
  });

  it('takes one that is paused only once what is under way has ended', async () => {
    const { id } = await fixture.submit([{}, {}]);
    const lease = await fixture.taken(id);
    await pausedFor(id, 200);
    await fixture.letLeasesExpire();
    await fixture.ranges.renew([lease]);
    expect(await isTaken(id)).toBe(false);
    await fixture.ranges.finish(lease);
    expect(await isTaken(id)).toBe(true);
  });

  it('leaves an upload to the sweeping, which goes by its last sign', async () => {
    const id = await fixture.receive([{}]);
    await age(id, 5000);
    expect(await isTaken(id)).toBe(false);
    expect(await fixture.requests.abandonedUploads(10)).toContain(id);
    await fixture.requests.keepAlive(id);
    expect(await fixture.requests.abandonedUploads(10)).not.toContain(id);
  });

  it('leaves alone what has begun again since it was found, and says so', async () => {
    const id = await finished();
    expect(await fixture.requests.archive(id, 168)).toBe('left alone');
    expect(await fixture.requests.find(id)).toMatchObject({ state: 'processed' });
  });

  it('takes a request that its own records have held for that long, and not one held since yesterday', async () => {
    const held = await Promise.all([200, 24].map(async (hours) => heldFor(hours)));
    const expired = await fixture.requests.expired(168, 1000);
    expect(held.map((id) => expired.includes(id))).toEqual([true, false]);
    await fixture.requests.archive(held[0] ?? '');
    expect(await fixture.requests.find(held[0] ?? '')).toMatchObject({ state: 'archived' });
  });

  it('leaves younger requests alone, and finds what was erased by half', async () => {
    const [young, half] = [await finished(), await finished()];
    expect(await fixture.requests.expired(168, 1000)).not.toContain(young);
    await fixture.database.query(`UPDATE request SET state = 'archived' WHERE id = $1`, [half]);
    const halfErased = await fixture.requests.halfErased(100);
    expect([young, half].map((id) => halfErased.includes(id))).toEqual([false, true]);
  });
});

describe('the shared state of a profile', () => {
  it('gives the right to probe to one seeder, and only when it is due', async () => {
    const profile = new ProfileStore(fixture.database, 'p1');
    await profile.hold('preflight', 'IDA-MPA-009', 'partner');
    await profile.hold('record', 'MTS-IDA-102', 'later fault');
    expect(await profile.takeProbe()).toBeUndefined();
    await fixture.database.query(`UPDATE profile_hold SET next_probe_at = now() WHERE profile_id = 'p1'`);
    const probes = await Promise.all([profile.takeProbe(), profile.takeProbe(), profile.takeProbe()]);
    expect(probes.filter((probe) => probe !== undefined)).toHaveLength(1);
    expect(await profile.currentHold()).toMatchObject({
      probe: 'preflight',
      code: 'IDA-MPA-009',
      attempts: 1,
    });
  });

  it('keeps all seeders together under one rate', async () => {
    const [one, two] = [new ProfileStore(fixture.database, 'p2'), new ProfileStore(fixture.database, 'p2')];
    const waits = [
      await one.reserveCalls(10, 10),
      await two.reserveCalls(10, 10),
      await one.reserveCalls(5, 10),
    ];
    expect(waits.map((wait) => Math.round(wait / 1000))).toEqual([0, 1, 2]);
  });

  it('lets nobody wait for what was reserved before the clock of the database was set back', async () => {
    const profile = new ProfileStore(fixture.database, 'p3');
    await profile.reserveCalls(1, 20);
    await fixture.database.query(
      `UPDATE rate_budget SET next_free_at = next_free_at + interval '1 hour' WHERE profile_id = 'p3'`,
    );
    const waits = [await profile.reserveCalls(20, 20), await profile.reserveCalls(20, 20)];
    expect(waits.map((wait) => Math.round(wait / 1000))).toEqual([0, 1]);
  });
});

/** Records by content; each tenth stands there a second time. */
function listWithTwins(name: string, length: number): readonly { readonly recordIndex: Buffer }[] {
  return Array.from({ length }, (_, at) => ({
    recordIndex: createHash('sha256')
      .update(`${name} ${at % 10 === 9 ? at - 1 : at}`)
      .digest(),
  }));
}

describe('a list of which PostgreSQL has no statistics, as it has of older ones', () => {
  it('is taken in without its records being compared one by one with each other', async () => {
    await fixture.submit(listWithTwins('older', 3000));
    await fixture.database.query('ANALYZE record');
    // One by one this takes minutes, beyond the limit of a test.
    const { id } = await fixture.submit(listWithTwins('new', 30_000));
    const [row] = await fixture.database.query<{ twins: number }>(
      'SELECT count(*)::integer AS twins FROM record WHERE request_id = $1 AND twin_of_line IS NOT NULL',
      [id],
    );
    expect(row?.twins).toBe(3000);
  });
});
