import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  checkValue,
  DirectoryKekProvider,
  type KekProvider,
  makeRequestKeys,
  openRequestKey,
  type WrappedRequestKeys,
} from '@mts/crypto';
import { createLogger } from '@mts/platform';
import { CopyBlock, Database, migrate, RangeStore, RequestStore, ResultStore, verifyKek } from '@mts/store';
import { createTestDatabase, until } from '@mts/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { Housekeeper } from './housekeeper.js';

const AGE_HOURS = 168;
const NOW = new Date('2026-11-22T12:00:00Z');
const OLD = new Date('2026-11-01T12:00:00Z');
const OLDER = new Date('2026-10-20T12:00:00Z');

let url: string;
let directory: string;
let database: Database;
let requests: RequestStore;
let results: ResultStore;
let keks: DirectoryKekProvider;
let housekeeper: Housekeeper;
let lines: string[];

beforeEach(() => {
  lines = [];
});
beforeAll(async () => {
  url = await createTestDatabase();
  await migrate(url, 'mts');
  database = await Database.open({ url, schema: 'mts', app: 'spec', connectionsMax: 4 });
  requests = new RequestStore(database);
  directory = await mkdtemp(join(tmpdir(), 'mts-keks-'));
  keks = await DirectoryKekProvider.open(directory);
  results = new ResultStore(database);
  housekeeper = housekeeperWith({});
});
afterAll(async () => {
  await database.close();
  await rm(directory, { recursive: true });
});

/** Cannot archive one request. */
class StumblingRequests extends RequestStore {
  constructor(
    of: Database,
    private readonly over: string,
  ) {
    super(of);
  }

  override async archive(id: string, restedHours?: number): ReturnType<RequestStore['archive']> {
    if (id === this.over) throw new Error('invalid page in block 3 of relation "range"');
    return super.archive(id, restedHours);
  }
}

/** Day keys on a disk that cannot be written. */
class StumblingKeks implements KekProvider {
  constructor(
    private readonly whole: KekProvider,
    private readonly fault: Error,
  ) {}

  async current(now: Date): ReturnType<KekProvider['current']> {
    return this.whole.current(now);
  }

  async byId(id: string): ReturnType<KekProvider['byId']> {
    return this.whole.byId(id);
  }

  async retiredBefore(moment: Date): ReturnType<KekProvider['retiredBefore']> {
    return this.whole.retiredBefore(moment);
  }

  async destroy(): Promise<never> {
    throw this.fault;
  }
}

function housekeeperWith(parts: {
  readonly database?: Database;
  readonly requests?: RequestStore;
  readonly results?: Pick<ResultStore, 'dueForErasure'>;
  readonly keks?: KekProvider;
}): Housekeeper {
  const limits = { requestAgeHoursMax: AGE_HOURS, uploadAgeMinutesMax: 10 };
  const logger = createLogger({ app: 'seeder', level: 'info', write: (line) => lines.push(line) });
  const all = { database, requests, results, keks, ...parts };
  return new Housekeeper(all.database, all.requests, all.results, all.keks, limits, async () => NOW, logger);
}

function linesOf({ id }: { readonly id: string }): string[] {
  return lines.filter((line) => line.includes(id));
}

/** A request of a day, with one record that is worked on or finished. */
async function requestOf(day: Date, as: 'working' | 'finished'): Promise<WrappedRequestKeys> {
  const id = randomUUID();
  const keys = await makeRequestKeys(id, keks, day);
  await verifyKek(database, { id: keys.kekId, checkValue: checkValue(keys.kek) });
  await requests.begin({ ...keys, owner: 'default', input: 'csv', output: 'csv', sealedOptions: null });
  const block = new CopyBlock(id);
  block.add({
    line: 1,
    state: 'submitted',
    sealedInput: Buffer.from('i'),
    sealedOutcome: null,
    errorCode: null,
    recordIndex: null,
  });
  await requests.addBlock(id, block.finish());
  await database.transaction(async (tx) => requests.submit(id, 1, tx));
  const ranges = new RangeStore(database);
  const lease = await ranges.take(id, 0);
  if (lease && as === 'finished') {
    const kept = { sealedOutcome: Buffer.from('o'), errorCode: null, tokenIndex: null };
    await ranges.saveOutcomes([{ lease, outcome: { line: 1, state: 'processed', ...kept } }]);
    await ranges.finish(lease);
  }
  await database.query(
    'UPDATE request SET created_at = $2, ended_at = CASE WHEN ended_at IS NULL THEN NULL ELSE $2::timestamptz END WHERE id = $1',
    [id, day],
  );
  return keys;
}

describe('expiry', () => {
  it('archives what is past its age and destroys the day keys that no request needs any more', async () => {
    const [done, working, fresh] = [
      await requestOf(OLD, 'finished'),
      await requestOf(OLDER, 'working'),
      await requestOf(new Date(), 'finished'),
    ];
    await housekeeper.perform('expire');
    const states = await Promise.all(
      [done, working, fresh].map(async ({ id }) => (await requests.find(id))?.state),
    );
    expect(states).toEqual(['archived', 'processing', 'processed']);
    const today = new Date().toISOString().slice(0, 10);
    expect((await readdir(directory)).toSorted()).toEqual(['2026-10-20.key', `${today}.key`].toSorted());
  });

  it('leaves a copy of the keys, as a backup would hold it, that nobody can open any more', async () => {
    const backup = await requestOf(new Date('2026-11-02T12:00:00Z'), 'finished');
    expect(await openRequestKey(backup, 'results', keks)).toBeDefined();
    await housekeeper.perform('expire');
    await expect(openRequestKey(backup, 'results', keks)).rejects.toThrow('was destroyed');
  });

  it('can be cut off after the keys are gone: the rows go at the next firing', async () => {
    const half = await requestOf(new Date(), 'finished');
    await database.query(`UPDATE request SET state = 'archived' WHERE id = $1`, [half.id]);
    await housekeeper.perform('expire');
    expect(await database.query('SELECT 1 FROM record WHERE request_id = $1', [half.id])).toEqual([]);
  });
});

async function stateOf({ id }: { readonly id: string }): Promise<string | undefined> {
  return (await requests.find(id))?.state;
}

async function fetched({ id }: { readonly id: string }, graceMinutes: number): Promise<void> {
  await database.query('UPDATE request SET erase_after_download = true, ended_at = now() WHERE id = $1', [
    id,
  ]);
  const request = await requests.find(id);
  if (request !== null) await results.noteDownload(request, graceMinutes);
}

describe('results that their caller needs no longer', () => {
  it('are erased once they are acknowledged, or fetched so long ago as was granted', async () => {
    const [acknowledged, late, granted] = [
      await requestOf(new Date(), 'finished'),
      await requestOf(new Date(), 'finished'),
      await requestOf(new Date(), 'finished'),
    ];
    await results.acknowledge(acknowledged.id);
    await fetched(late, 0);
    await fetched(granted, 60);
    await housekeeper.perform('expire');
    expect(await Promise.all([acknowledged, late, granted].map(stateOf))).toEqual([
      'archived',
      'archived',
      'processed',
    ]);
    expect(await database.query('SELECT 1 FROM record WHERE request_id = $1', [acknowledged.id])).toEqual([]);
  });

  it('stay while they are under way to somebody else', async () => {
    const request = await requestOf(new Date(), 'finished');
    await results.acknowledge(request.id);
    for (const [state, expected] of [
      ['waiting', 'processed'],
      ['delivering', 'processed'],
      ['failed', 'archived'],
    ]) {
      await database.query(
        `INSERT INTO delivery (request_id, kind, state) VALUES ($1, 'callback', $2)
         ON CONFLICT (request_id) DO UPDATE SET state = excluded.state`,
        [request.id, state],
      );
      await housekeeper.perform('expire');
      expect(await stateOf(request)).toBe(expected);
    }
  });
});

describe('a fault of the housekeeping', () => {
  it('keeps no other request from being archived, and is told with its own', async () => {
    const [older, younger] = [
      await requestOf(new Date('2026-11-03T12:00:00Z'), 'finished'),
      await requestOf(new Date('2026-11-04T12:00:00Z'), 'finished'),
    ];
    await housekeeperWith({ requests: new StumblingRequests(database, older.id) }).perform('expire');
    expect(await Promise.all([older, younger].map(stateOf))).toEqual(['processed', 'archived']);
    expect(linesOf(older)).toEqual([expect.stringContaining('a step of the housekeeping failed')]);
    await housekeeper.perform('expire');
    expect(await stateOf(older)).toBe('archived');
  });

  it('keeps no other step from being made: where no key can be destroyed, the outdated is forgotten all the same', async () => {
    const [done, seeder] = [await requestOf(new Date('2026-11-05T12:00:00Z'), 'finished'), randomUUID()];
    await database.query(
      `INSERT INTO seeder (id, in_flight_max, seen_at) VALUES ($1, 1, now() - interval '2 days')`,
      [seeder],
    );
    const readOnly = Object.assign(new Error('EROFS: read-only file system'), { code: 'EROFS' });
    await housekeeperWith({ keks: new StumblingKeks(keks, readOnly) }).perform('expire');
    expect(await stateOf(done)).toBe('archived');
    expect(lines.filter((line) => line.includes('EROFS'))).toEqual([
      expect.stringContaining('"kekId":"day-2026-11-05"'),
    ]);
    expect(await database.query('SELECT 1 FROM seeder WHERE id = $1', [seeder])).toEqual([]);
  });
});

describe('a stop', () => {
  it('is heard between the bites of a large list, and the next firing goes on with it', async () => {
    const { id } = await requestOf(new Date(), 'finished');
    await growAndTake(id);
    const stopped = housekeeperWith({});
    let performed: Promise<void> | undefined;
    await database.transaction(async (tx) => {
      await tx.query('SELECT 1 FROM record WHERE request_id = $1 AND line = 15000 FOR UPDATE', [id]);
      performed = stopped.perform('expire');
      await until(async () => (await recordCount(id, tx)) === 15_000);
      stopped.stop();
    });
    await performed;
    expect([await stateOf({ id }), await recordCount(id)]).toEqual(['archived', 5_000]);
    expect(linesOf({ id })).toHaveLength(1);
    await housekeeper.perform('expire');
    expect(await recordCount(id)).toBe(0);
  });

  it('ends the vacuum after a large list', async () => {
    const { id } = await requestOf(new Date(), 'finished');
    await growAndTake(id);
    // The server's own would be in the way.
    await database.query('ALTER TABLE record SET (autovacuum_enabled = off)');
    const name = new URL(url).pathname.slice(1);
    // So that it would take minutes: a tenth of a second for each page.
    await database.query(`ALTER DATABASE "${name}" SET vacuum_cost_limit = 1`);
    await database.query(`ALTER DATABASE "${name}" SET vacuum_cost_delay = 100`);
    const slow = await Database.open({ url, schema: 'mts', app: 'slow', connectionsMax: 2 });
    const stopped = housekeeperWith({ database: slow });
    const performed = stopped.perform('expire');
    await until(async () => (await database.query(VACUUM_OF_RECORDS)).length > 0);
    await database.query(`ALTER DATABASE "${name}" RESET ALL`);
    stopped.stop();
    await performed;
    expect(await database.query(VACUUM_OF_RECORDS)).toEqual([]);
    await slow.close();
  });

  it('lets no other request be archived', async () => {
    const request = await requestOf(new Date(), 'finished');
    await results.acknowledge(request.id);
    const stopped = housekeeperWith({});
    stopped.stop();
    await stopped.perform('expire');
    expect(await stateOf(request)).toBe('processed');
  });
});

const VACUUM_OF_RECORDS = `
  SELECT 1 FROM pg_stat_progress_vacuum v JOIN pg_stat_activity a USING (pid)
   WHERE v.relid = 'record'::regclass AND a.application_name = 'slow'`;

/** Makes a finished request a large one, whose results are taken. */
async function growAndTake(id: string): Promise<void> {
  await database.query(
    `INSERT INTO record (request_id, line, state) SELECT $1, line, 'processed' FROM generate_series(2, 25000) line`,
    [id],
  );
  await results.acknowledge(id);
}

async function recordCount(id: string, of: Pick<Database, 'query'> = database): Promise<number> {
  return (await of.query('SELECT 1 FROM record WHERE request_id = $1', [id])).length;
}

describe('the line that says that a request is archived', () => {
  it('is written once for one that is, and never for one that was begun again since it was found', async () => {
    const [again, taken] = [await requestOf(NOW, 'working'), await requestOf(new Date(), 'finished')];
    await results.acknowledge(taken.id);
    const found = [again.id, taken.id];
    // Found whatever has become of them, and as many as there are room for: more may be behind them.
    const dueForErasure = async (limit: number) =>
      Array.from({ length: limit }, (_, n) => found[n % 2] ?? '');
    await housekeeperWith({ results: { dueForErasure } }).perform('expire');
    expect(await Promise.all([again, taken].map(stateOf))).toEqual(['processing', 'archived']);
    expect([again, taken].map((request) => linesOf(request).length)).toEqual([0, 1]);
    expect(linesOf(taken)).toEqual([
      expect.stringContaining('a request whose results were taken is archived'),
    ]);
  });
});

describe('sweeping', () => {
  it('removes what an upload left whose process is gone', async () => {
    const id = randomUUID();
    const keys = await makeRequestKeys(id, keks, NOW);
    await verifyKek(database, { id: keys.kekId, checkValue: checkValue(keys.kek) });
    await requests.begin({ ...keys, owner: 'default', input: 'csv', output: 'csv', sealedOptions: null });
    await database.query(`UPDATE request SET touched_at = now() - interval '1 hour' WHERE id = $1`, [id]);
    await housekeeper.perform('sweep');
    expect(await database.query('SELECT 1 FROM request WHERE id = $1', [id])).toEqual([]);
  });
});
