import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  type KekProvider,
  type KeyEncryptionKey,
  makeRequestKeys,
  openKekProvider,
  RecordSealer,
} from '@mts/crypto';
import { createLogger } from '@mts/platform';
import {
  CopyBlock,
  Database,
  findLeftovers,
  IdempotencyStore,
  migrate,
  RangeStore,
  RequestStore,
  ResultStore,
} from '@mts/store';
import { startOwnServer, until } from '@mts/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { StolenFiles } from '../spec-support/stolen-files.js';
import { Housekeeper } from './housekeeper.js';

const PERSON = '{"vid":"7465075291703420","name":"Zqxplanted Nämensson"}';
const TOKEN = '{"vid":"7465075291703420","token":"305948271605948372605948372305948271"}';
const LIMITS = { requestAgeHoursMax: 168, uploadAgeMinutesMax: 10 };
const DAY_MS = 86_400_000;

let server: Awaited<ReturnType<typeof startOwnServer>>;
let database: Database;
let keyFolder: string;

beforeAll(async () => {
  server = await startOwnServer();
  await migrate(server.url, 'mts');
  database = await Database.open({ url: server.url, schema: 'mts', app: 'spec', connectionsMax: 4 });
  // A segment that is used again keeps what stands in it until it is written over: here it is removed.
  await database.query('ALTER SYSTEM SET wal_recycle = off');
  await database.query('SELECT pg_reload_conf()');
});
afterAll(async () => {
  await database.close();
  await server.stop();
});
beforeEach(async () => {
  keyFolder = await mkdtemp(join(tmpdir(), 'mts-claims-'));
});
afterEach(async () => rm(keyFolder, { recursive: true }));

async function openKeks(kekProvider: 'static' | 'directory'): Promise<KekProvider> {
  return openKekProvider(
    {
      kekProvider,
      kekFile: join(keyFolder, 'kek'),
      kekDirectory: join(keyFolder, 'days'),
      kekFilesFormer: [],
    },
    'create',
  );
}

/** A request of one record, which nobody has asked about yet. */
async function handIn(
  keks: KekProvider,
): Promise<{ id: string; kek: KeyEncryptionKey; results: RecordSealer }> {
  const requests = new RequestStore(database);
  const id = randomUUID();
  const keys = await makeRequestKeys(id, keks, new Date());
  await requests.begin({ ...keys, owner: 'default', input: 'csv', output: 'csv', sealedOptions: null });
  const place = { table: 'record', column: 'sealed_input', requestId: id, line: 1 };
  const block = new CopyBlock(id);
  block.add({
    line: 1,
    state: 'submitted',
    sealedInput: new RecordSealer(keys.input).seal(place, Buffer.from(PERSON)),
    sealedOutcome: null,
    errorCode: null,
    recordIndex: null,
  });
  await requests.addBlock(id, block.finish());
  await database.transaction(async (tx) => requests.submit(id, 1, tx));
  return { id, kek: keys.kek, results: new RecordSealer(keys.results) };
}

/** Does what a seeder does: the request ends, and nobody needs its input any more. */
async function process({ id, results }: Awaited<ReturnType<typeof handIn>>): Promise<void> {
  const ranges = new RangeStore(database);
  const lease = await ranges.take(id, 0);
  if (lease === undefined) throw new Error('the range could not be taken');
  const place = { table: 'record', column: 'sealed_outcome', requestId: id, line: 1 };
  const sealedOutcome = results.seal(place, Buffer.from(TOKEN));
  const outcome = { line: 1, state: 'processed', sealedOutcome, errorCode: null, tokenIndex: null } as const;
  await ranges.saveOutcomes([{ lease, outcome }]);
  await ranges.finish(lease);
}

/** Until nothing is left to be done: a vacuum of the server itself may be in the way for a moment. */
async function keepHouse(keks: KekProvider, now = new Date()): Promise<void> {
  const housekeeper = new Housekeeper(
    database,
    new RequestStore(database),
    new ResultStore(database),
    keks,
    LIMITS,
    async () => now,
    createLogger({ app: 'seeder', level: 'error' }),
  );
  await until(async () => {
    await housekeeper.perform('expire');
    return (await findLeftovers(database, { ...LIMITS, graceMinutes: 0 })).length === 0;
  });
}

async function readable(where: 'tables' | 'log', { id, kek }: { id: string; kek: KeyEncryptionKey }) {
  await database.query('CHECKPOINT');
  const files = await StolenFiles[where](server.dataDir);
  return [...files.readableWith(kek, id, [1])].toSorted();
}

/** Has the server go on in a new segment, until those of before are removed. */
async function leaveLogBehind(): Promise<void> {
  for (let times = 0; times < 2; times += 1) {
    await database.query('SELECT pg_switch_wal()');
    await database.query('CHECKPOINT');
  }
}

describe('with a static key-encryption key, whoever has it and the files', () => {
  it('reads a request that works, also where its keys are erased as long as the file was not written anew', async () => {
    const keks = await openKeks('static');
    const request = await handIn(keks);
    expect(await readable('tables', request)).toEqual([PERSON]);
    await process(request);
    expect(await readable('tables', request)).toEqual([PERSON, TOKEN].toSorted());
  });

  it('reads nothing of the input in the tables once it is needed no more, and of the results once they are taken', async () => {
    const keks = await openKeks('static');
    const request = await handIn(keks);
    await process(request);
    await keepHouse(keks);
    expect(await readable('tables', request)).toEqual([TOKEN]);
    await new ResultStore(database).acknowledge(request.id);
    await keepHouse(keks);
    expect(await readable('tables', request)).toEqual([]);
  });

  it('reads the erased in the write-ahead log until that is recycled, and then no more', async () => {
    const keks = await openKeks('static');
    const request = await handIn(keks);
    await process(request);
    await new ResultStore(database).acknowledge(request.id);
    await keepHouse(keks);
    expect(await readable('log', request)).toEqual([PERSON, TOKEN].toSorted());
    await leaveLogBehind();
    expect(await readable('log', request)).toEqual([]);
  });

  it('finds no trace of an idempotency key in the tables, which could be tried with every number', async () => {
    const keks = await openKeks('static');
    const request = await handIn(keks);
    const keyIndex = createHash('sha256').update(randomUUID()).digest();
    await database.transaction(async (tx) =>
      new IdempotencyStore().keep(
        tx,
        'default',
        { keyIndex, contentIndex: keyIndex, secretId: randomUUID() },
        request.id,
      ),
    );
    await database.query('CHECKPOINT');
    expect((await StolenFiles.tables(server.dataDir)).includes(keyIndex)).toBe(true);
    await process(request);
    await new ResultStore(database).acknowledge(request.id);
    await keepHouse(keks);
    await database.query('CHECKPOINT');
    expect((await StolenFiles.tables(server.dataDir)).includes(keyIndex)).toBe(false);
  });
});

describe('with one key a day', () => {
  it('nothing of a day can be read anywhere once its key is gone, for what is left of it is in no file', async () => {
    const keks = await openKeks('directory');
    const request = await handIn(keks);
    await process(request);
    await new ResultStore(database).acknowledge(request.id);
    await keepHouse(keks, new Date(Date.now() + LIMITS.requestAgeHoursMax * 3_600_000 + 2 * DAY_MS));

    const stolen = await openKeks('directory');
    expect(await stolen.retiredBefore(new Date(Date.now() + 2 * DAY_MS))).toEqual([]);
    await expect(stolen.byId(request.kek.id)).rejects.toThrow('was destroyed');
    expect(await readable('tables', request)).toEqual([]);
    // Whoever had taken the key before could: it is the key that protects a log or a backup, and nothing else does.
    expect(await readable('log', request)).toEqual([PERSON, TOKEN].toSorted());
    const bytes = request.kek.key.export();
    for (const files of [await StolenFiles.tables(server.dataDir), await StolenFiles.log(server.dataDir)])
      expect([bytes, Buffer.from(bytes.toString('base64'))].some((form) => files.includes(form))).toBe(false);
  });
});
