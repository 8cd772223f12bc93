import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { checkValue, makeRequestKeys, RecordSealer, sealCorrelation, StaticKekProvider } from '@mts/crypto';
import type { ResultRow } from '@mts/domain';
import { sealRequestOptions } from '@mts/inputs';
import { type CallbackTarget, JqPool, OutputFormats, sealCallbackTarget } from '@mts/outputs';
import { createLogger, OutboundGuard } from '@mts/platform';
import {
  CopyBlock,
  Database,
  type Delivery,
  type DeliveryLease,
  DeliveryStore,
  migrate,
  RequestStore,
  ResultStore,
  verifyKek,
} from '@mts/store';
import { CallbackReceiver, createTestDatabase, dropTestDatabase, until } from '@mts/testing';

import { LeaseKeeper } from '../authenticate/lease-keeper.js';
import { DeliverWorker } from '../deliver/deliver-worker.js';

/** A record of a request that has ended. */
export interface EndedRecord {
  readonly received: Readonly<Record<string, unknown>>;
  readonly row: ResultRow;
}

export interface DeliveryWish {
  readonly output?: 'json' | 'csv';
  readonly outputFormat?: string;
  readonly correlationId?: string;
}

/** Requests that have ended, seeders that deliver their results, and a receiver. */
export class DeliveryBench {
  readonly deliveries: DeliveryStore;
  readonly requests: RequestStore;
  readonly logLines: string[] = [];
  /** What the seeders take for now. */
  now = new Date();
  /** What happens while a try comes to its end. */
  atEnd = async (): Promise<unknown> => Promise.resolve();
  private readonly keepers: LeaseKeeper<DeliveryLease>[] = [];
  private readonly jqPool = new JqPool();

  private constructor(
    readonly receiver: CallbackReceiver,
    readonly database: Database,
    private readonly url: string,
    private readonly directory: string,
    private readonly keks: StaticKekProvider,
  ) {
    this.deliveries = new DeliveryStore(database);
    this.requests = new RequestStore(database);
  }

  static async open(): Promise<DeliveryBench> {
    const [url, directory] = [await createTestDatabase(), await mkdtemp(join(tmpdir(), 'mts-deliver-'))];
    await migrate(url, 'mts');
    const database = await Database.open({ url, schema: 'mts', app: 'spec', connectionsMax: 6 });
    const keks = await StaticKekProvider.load(join(directory, 'kek'), 'create');
    const kek = await keks.current();
    await verifyKek(database, { id: kek.id, checkValue: checkValue(kek) });
    return new DeliveryBench(await CallbackReceiver.start(), database, url, directory, keks);
  }

  /** One more seeder, as far as it delivers. */
  seeder({
    lastCallGraceMs = 10_000,
    turnMs = 60_000,
  }: { readonly lastCallGraceMs?: number; readonly turnMs?: number } = {}): DeliverWorker {
    const logger = createLogger({ app: 'seeder', level: 'debug', write: (line) => this.logLines.push(line) });
    const keeper = new LeaseKeeper(this.deliveries, logger);
    this.keepers.push(keeper);
    return new DeliverWorker({
      deliveries: this.deliveries,
      requests: this.requests,
      results: new ResultStore(this.database),
      keeper,
      keks: this.keks,
      formats: new OutputFormats(this.jqPool),
      guard: new OutboundGuard({ allowed: ['127.0.0.1'] }),
      clock: () => this.now,
      now: async () => {
        await this.atEnd();
        return this.now;
      },
      logger,
      ageHoursMax: 72,
      lastCallGraceMs,
      turnMs,
    });
  }

  /** @param path of the receiver */
  target(path: string, wish: Partial<CallbackTarget> = {}): CallbackTarget {
    return {
      url: this.receiver.server.url(path),
      method: 'POST',
      extraHeaders: {},
      timeoutSeconds: 10,
      inBulk: false,
      fileName: '',
      login: { kind: 'none' },
      deliver: 'all',
      ...wish,
    };
  }

  /** A request that has just ended, with its delivery due. */
  async ended(
    records: readonly EndedRecord[],
    target: CallbackTarget,
    wish: DeliveryWish = {},
  ): Promise<string> {
    const id = randomUUID();
    const keys = await makeRequestKeys(id, this.keks, new Date());
    const { correlationId } = wish;
    const options = {
      mapping: {},
      language: 'eng',
      nameDelimiter: ' ',
      fullAddressDelimiter: ', ',
      outputFormat: wish.outputFormat,
    };
    await this.requests.begin({
      ...keys,
      owner: 'default',
      input: 'json',
      output: wish.output ?? 'json',
      keepsInput: wish.outputFormat !== undefined,
      sealedOptions: sealRequestOptions(id, options, keys.input),
      sealedCorrelation:
        correlationId === undefined ? null : sealCorrelation(id, correlationId, keys.results),
    });
    await this.deliveries.create(id, 'callback', sealCallbackTarget(id, target, keys.results));
    const [block, inputs, results] = [
      new CopyBlock(id),
      new RecordSealer(keys.input),
      new RecordSealer(keys.results),
    ];
    for (const [at, { received, row }] of records.entries()) {
      const place = { table: 'record', requestId: id, line: at + 1 };
      block.add({
        line: at + 1,
        state: 'invalid',
        sealedInput: inputs.seal({ ...place, column: 'sealed_input' }, Buffer.from(JSON.stringify(received))),
        sealedOutcome: results.seal({ ...place, column: 'sealed_outcome' }, Buffer.from(JSON.stringify(row))),
        errorCode: row.errorCode,
        recordIndex: null,
      });
    }
    await this.requests.addBlock(id, block.finish());
    await this.database.transaction(async (tx) => this.requests.submit(id, records.length, tx));
    await this.markOutcomes(id, records);
    return id;
  }

  async delivery(id: string): Promise<Delivery> {
    const delivery = await this.deliveries.find(id);
    if (delivery === undefined) throw new Error('there is no delivery');
    return delivery;
  }

  /** What became of each record, in source order. */
  async marks(id: string): Promise<(string | null)[]> {
    const rows = await this.database.query<{ delivery: string | null }>(
      'SELECT delivery FROM record WHERE request_id = $1 ORDER BY line',
      [id],
    );
    return rows.map((row) => row.delivery);
  }

  /** Of each record, sealed, in source order. */
  async outcomes(id: string): Promise<(Buffer | null)[]> {
    const rows = await this.database.query<{ outcome: Buffer | null }>(
      'SELECT sealed_outcome AS outcome FROM record WHERE request_id = $1 ORDER BY line',
      [id],
    );
    return rows.map((row) => row.outcome);
  }

  /** As if IDA had said the same again. */
  async giveOutcomes(id: string, outcomes: readonly (Buffer | null)[]): Promise<void> {
    await this.database.query(
      `UPDATE record r SET state = CASE WHEN r.state = 'submitted' THEN 'error' ELSE r.state END, sealed_outcome = o.outcome
         FROM unnest($2::bytea[]) WITH ORDINALITY AS o (outcome, line) WHERE r.request_id = $1 AND r.line = o.line`,
      [id, outcomes],
    );
  }

  /** Nobody takes the delivery meanwhile, and whoever wants to waits. */
  async whileLocked<T>(id: string, work: () => Promise<T>): Promise<T> {
    return this.database.transaction(async (tx) => {
      await tx.query('SELECT 1 FROM delivery WHERE request_id = $1 FOR UPDATE', [id]);
      return work();
    });
  }

  /** For a lock. */
  async someoneWaits(): Promise<void> {
    await until(async () => {
      const waiting = await this.database.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return waiting.length > 0;
    });
  }

  /** As after the back-off. */
  async letWaitEnd(): Promise<void> {
    await this.database.query('UPDATE delivery SET next_try_at = now()');
  }

  /** As if whoever holds, or held, a delivery had been gone for so long. */
  async letLeasesExpire(secondsAgo = 1): Promise<void> {
    await this.database.query(
      `UPDATE delivery SET lease_until = now() - make_interval(secs => $1) WHERE lease_until IS NOT NULL`,
      [secondsAgo],
    );
  }

  async close(): Promise<void> {
    for (const keeper of this.keepers) keeper.close();
    await this.jqPool.close();
    await this.receiver.close();
    await this.database.close();
    await dropTestDatabase(this.url);
    await rm(this.directory, { recursive: true });
  }

  /** IDA is not part of this: who has a token was confirmed, whoever has an error of IDA's was refused. */
  private async markOutcomes(id: string, records: readonly EndedRecord[]): Promise<void> {
    const lines = (which: (record: EndedRecord) => boolean): number[] =>
      records.flatMap((record, at) => (which(record) ? [at + 1] : []));
    const mark = async (state: string, of: readonly number[]): Promise<void> => {
      await this.database.query('UPDATE record SET state = $2 WHERE request_id = $1 AND line = ANY ($3)', [
        id,
        state,
        of,
      ]);
    };
    await mark(
      'processed',
      lines(({ row }) => row.token !== null),
    );
    await mark(
      'error',
      lines(({ row }) => row.errorCode?.startsWith('IDA-') === true),
    );
  }
}

export const person = (n: number): EndedRecord => ({
  received: { id: 100 + n, vid: `41000000000000${String(n).padStart(2, '0')}` },
  row: {
    vid: `41000000000000${String(n).padStart(2, '0')}`,
    token: `44679181559737296372966360709616${String(n).padStart(4, '0')}`,
    errorCode: null,
    errorMessage: null,
  },
});

export const mismatch = (n: number): EndedRecord => ({
  ...person(n),
  row: {
    ...person(n).row,
    token: null,
    errorCode: 'IDA-DEA-001',
    errorMessage: 'Demographic data name in eng did not match',
  },
});
