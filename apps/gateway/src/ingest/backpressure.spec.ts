import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { checkValue, StaticKekProvider } from '@mts/crypto';
import { createLogger, systemClock } from '@mts/platform';
import { Database, DeliveryStore, migrate, RequestStore, verifyKek } from '@mts/store';
import { createTestDatabase, dropTestDatabase } from '@mts/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { person } from '../spec-support/gateway-fixture.js';
import { Idempotency } from './idempotency.js';
import { Ingest } from './ingest.js';
import { IngestPool } from './ingest-pool.js';

const PLAN = {
  owner: 'default',
  output: 'json',
  delimiter: undefined,
  records: { mapping: {}, language: 'eng', nameDelimiter: ' ', fullAddressDelimiter: ', ' },
};
const ROWS = 300_000;
const CHUNK_ROWS = 500;
/** As seal-records.ts cuts them. */
const BLOCK_ROWS = 2000;

/** The real store, which also counts. */
class CountingStore extends RequestStore {
  storedRows = 0;

  override async addBlock(requestId: string, block: Uint8Array): Promise<void> {
    await super.addBlock(requestId, block);
    this.storedRows += BLOCK_ROWS;
  }
}

let url: string;
let folder: string;
let database: Database;
let store: CountingStore;
let pool: IngestPool;
let ingest: Ingest;

beforeAll(async () => {
  url = await createTestDatabase();
  await migrate(url, 'mts');
  folder = await mkdtemp(join(tmpdir(), 'mts-ingest-'));
  const keks = await StaticKekProvider.load(join(folder, 'kek'), 'create');
  const kek = await keks.current();
  database = await Database.open({ url, schema: 'mts', app: 'spec', connectionsMax: 4 });
  await verifyKek(database, { id: kek.id, checkValue: checkValue(kek) });
  store = new CountingStore(database);
  const logger = createLogger({ app: 'spec', level: 'error' });
  pool = new IngestPool(1, logger);
  ingest = new Ingest({
    database,
    requests: store,
    deliveries: new DeliveryStore(database),
    queues: { post: async () => undefined },
    keks,
    idempotency: new Idempotency(keks),
    inputKept: 'processing',
    pool,
    rules: {},
    clock: systemClock,
    keepAliveMs: 15_000,
    logger,
  });
});
afterAll(async () => {
  await pool.close();
  await database.close();
  await dropTestDatabase(url);
  await rm(folder, { recursive: true });
});

it('reads a file of any length no faster than its rows are stored', async () => {
  const row = `${Object.values(person(0))
    .map((cell) => `"${cell}"`)
    .join()}\n`;
  const chunk = Buffer.from(row.repeat(CHUNK_ROWS));
  let readRows = 0;
  let waitingRowsMax = 0;
  async function* file(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`${Object.keys(person(0)).join()}\n`);
    for (; readRows < ROWS; readRows += CHUNK_ROWS) {
      waitingRowsMax = Math.max(waitingRowsMax, readRows - store.storedRows);
      yield chunk;
    }
  }
  const { requestId } = await ingest.takeCsv(file(), PLAN);
  expect(await store.find(requestId)).toMatchObject({ state: 'submitted', total: ROWS });
  // Chunks between the threads (8), what becomes a batch and a block, and blocks between the threads and under way.
  expect(waitingRowsMax).toBeLessThan(8 * CHUNK_ROWS + 8 * BLOCK_ROWS);
}, 120_000);
