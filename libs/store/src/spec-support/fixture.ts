import { randomUUID } from 'node:crypto';

import { createTestDatabase, IDLE_SEEDER, until } from '@mts/testing';

import {
  CopyBlock,
  Database,
  FIRST_PAGE_AFTER,
  type Lease,
  LeaseLostError,
  type LeasePurpose,
  migrate,
  type NewOutcome,
  type NewRecord,
  type NewRequest,
  type Page,
  OfferedRanges,
  RangeStore,
  RequestStore,
  ResultStore,
  SeederStore,
  SteeringStore,
  type Submission,
  verifyKek,
} from '../index.js';

/** A migrated database of its own, and requests in it. The "sealed" values are placeholders: the store never looks into them. */
export async function storeFixture(): Promise<StoreFixture> {
  const url = await createTestDatabase();
  await migrate(url, 'mts');
  const database = await Database.open({ url, schema: 'mts', app: 'spec', connectionsMax: 8 });
  await verifyKek(database, { id: 'static-spec', checkValue: Buffer.from('check') });
  return new StoreFixture(url, database);
}

export class StoreFixture {
  readonly requests: RequestStore;
  readonly ranges: RangeStore;
  readonly offered: OfferedRanges;
  readonly results: ResultStore;

  constructor(
    readonly url: string,
    readonly database: Database,
  ) {
    this.requests = new RequestStore(database);
    this.ranges = new RangeStore(database);
    this.offered = new OfferedRanges(database);
    this.results = new ResultStore(database);
  }

  /** Begins an upload without finishing it. */
  async receive(records: readonly Partial<NewRecord>[], wish: Partial<NewRequest> = {}): Promise<string> {
    const id = randomUUID();
    await this.requests.begin({
      id,
      owner: 'default',
      input: 'csv',
      output: 'csv',
      sealedOptions: Buffer.from('o'),
      kekId: 'static-spec',
      wrappedInputKey: Buffer.from('i'),
      wrappedResultsKey: Buffer.from('r'),
      ...wish,
    });
    const block = new CopyBlock(id);
    for (const [index, record] of records.entries()) block.add({ ...PLAIN, line: index + 1, ...record });
    await this.requests.addBlock(id, block.finish());
    return id;
  }

  async submit(
    records: readonly Partial<NewRecord>[],
    wish: Partial<NewRequest> = {},
  ): Promise<{ id: string } & Submission> {
    const id = await this.receive(records, wish);
    const submission = await this.database.transaction(async (tx) =>
      this.requests.submit(id, records.length, tx),
    );
    return { id, ...submission };
  }

  /** @throws when it has no work, or somebody holds it */
  async taken(id: string, n = 0, purpose?: LeasePurpose): Promise<Lease> {
    const lease = await this.ranges.take(id, n, purpose);
    if (lease === undefined) throw new Error('the range could not be taken');
    return lease;
  }

  /** As a seeder does with those of one range. @throws LeaseLostError */
  async saveOutcomes(lease: Lease, outcomes: readonly NewOutcome[]): Promise<void> {
    const lost = await this.ranges.saveOutcomes(outcomes.map((one) => ({ lease, outcome: one })));
    if (lost.size > 0) throw new LeaseLostError(lease);
  }

  /** Cancels a request that nobody has begun, or takes one that has ended, and archives it. @returns how many records are erased */
  async archive(id: string): Promise<number> {
    await new SteeringStore(this.database, this.requests).cancel(id);
    await this.requests.archive(id);
    return this.requests.eraseRecords(id);
  }

  /** A seeder says that it lives. */
  async seederLives(id: string): Promise<void> {
    await new SeederStore(this.database).beat(id, IDLE_SEEDER);
  }

  /** A statement waits for the lock of another. */
  async untilOneWaits(): Promise<void> {
    await until(async () => {
      const waiting = await this.database.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return waiting.length > 0;
    });
  }

  /** Makes every lease look as if its holder had died. */
  async letLeasesExpire(): Promise<void> {
    await this.database.query(
      `UPDATE range SET lease_until = now() - interval '1 second' WHERE lease_until IS NOT NULL`,
    );
  }

  /** What the scheduler does with ranges whose seeder was killed after their last outcome. @returns the requests that have ended */
  async finishComplete(): Promise<readonly string[]> {
    const ended: string[] = [];
    for (const lease of await this.ranges.takeComplete(10)) {
      if ((await this.ranges.finish(lease)) !== undefined) ended.push(lease.requestId);
    }
    return ended;
  }

  /** And with requests that are to be cancelled and whose seeders are gone. @returns these */
  async endCancelled(): Promise<readonly string[]> {
    const steering = new SteeringStore(this.database, this.requests);
    const left = await steering.cancelledAndLeft(ALL);
    for (const { requestId } of left) await steering.cancel(requestId);
    return left.map(({ requestId }) => requestId);
  }

  async states(id: string): Promise<string[]> {
    const rows = await this.database.query<{ state: string }>(
      'SELECT state FROM record WHERE request_id = $1 ORDER BY line',
      [id],
    );
    return rows.map((row) => row.state);
  }
}

export const ALL: Page = { limit: 1000, afterId: FIRST_PAGE_AFTER };

const PLAIN: NewRecord = {
  line: 0,
  state: 'submitted',
  sealedInput: Buffer.from('input'),
  sealedOutcome: null,
  errorCode: null,
  recordIndex: null,
};
export const INVALID: Partial<NewRecord> = {
  state: 'invalid',
  sealedOutcome: Buffer.from('x'),
  errorCode: 'ATS-REQ-009',
};

export function outcome(line: number, state: 'processed' | 'error' = 'processed'): NewOutcome {
  return {
    line,
    state,
    sealedOutcome: Buffer.from(`outcome ${String(line)}`),
    errorCode: state === 'error' ? 'IDA-MLC-018' : null,
    tokenIndex: state === 'error' ? null : Buffer.from(`t${String(line)}`),
  };
}
