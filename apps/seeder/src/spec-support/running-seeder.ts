import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  BlindIndex,
  checkValue,
  makeRequestKeys,
  openRequestKey,
  RecordSealer,
  StaticKekProvider,
} from '@mts/crypto';
import type { ResultRow } from '@mts/domain';
import { type RequestOptions, sealRequestOptions } from '@mts/inputs';
import { createLogger } from '@mts/platform';
import { helperJobs, installQueues, leftRangeJob, listJob, postList, Queues } from '@mts/queue';
import {
  AwaitedStore,
  CopyBlock,
  Database,
  FIRST_PAGE_AFTER,
  migrate,
  type Progress,
  ProfileStore,
  OfferedRanges,
  RequestStore,
  ResultStore,
  type Transaction,
  verifyKek,
} from '@mts/store';
import { createTestDatabase, IDA_VECTOR_PASSWORD, idaVectorPath, until } from '@mts/testing';
import { type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

import { Calm } from '../authenticate/calm.js';
import { readSeederConfig } from '../options.js';
import { SeederModule } from '../seeder.module.js';
import { StubIda } from './stub-ida.js';

/** For a stub that never answers: it is soon taken for silent. */
export const IMPATIENT = { MTS_IDA_ANSWER_TIMEOUT_MS: '500' } as const;

/** A seeder in this process, on a database of its own, with a stub for IDA; and what a gateway would do with them. */
export class Bench {
  readonly logLines: string[] = [];
  private readonly seeders: INestApplicationContext[] = [];

  private constructor(
    readonly ida: StubIda,
    readonly url: string,
    readonly database: Database,
    private readonly directory: string,
    readonly keks: StaticKekProvider,
    readonly queues: Queues,
  ) {}

  static async open(): Promise<Bench> {
    const [url, directory] = [await createTestDatabase(), await mkdtemp(join(tmpdir(), 'mts-seeder-'))];
    await migrate(url, 'mts');
    await installQueues(url, 'mts_queue');
    const database = await Database.open({ url, schema: 'mts', app: 'spec', connectionsMax: 4 });
    const keks = await StaticKekProvider.load(join(directory, 'kek'), 'create');
    const kek = await keks.current();
    await verifyKek(database, { id: kek.id, checkValue: checkValue(kek) });
    const queues = new Queues({ url, schema: 'mts_queue', role: 'sender', onError: () => undefined });
    await queues.start();
    return new Bench(await StubIda.start(), url, database, directory, keks, queues);
  }

  get requests(): RequestStore {
    return new RequestStore(this.database);
  }

  get results(): ResultStore {
    return new ResultStore(this.database);
  }

  get profile(): ProfileStore {
    return new ProfileStore(this.database, 'default');
  }

  /** The options of a seeder, with which it can also be started as a process of its own. */
  environment(settings: Record<string, string> = {}): Record<string, string> {
    return {
      DATABASE_URL: this.url,
      MTS_KEK_FILE: join(this.directory, 'kek'),
      MTS_IDA_AUTH_URL: this.ida.url,
      MTS_IDA_PARTNER_ID: 'test-partner-01',
      MTS_IDA_API_KEY: 'TEST_API_KEY_0001',
      MTS_IDA_MISP_LICENCE_KEY: 'TEST_MISP_LK_0001',
      MTS_IDA_PARTNER_P12_FILE: idaVectorPath('keys/partner-modern-aes256.p12'),
      MTS_IDA_PARTNER_P12_PASSWORD: IDA_VECTOR_PASSWORD,
      MTS_IDA_CERTIFICATE_FILE: idaVectorPath('keys/ida-partner.crt.pem'),
      MTS_IDA_RATE_PER_SECOND_MAX: 'none',
      // Also on a busy machine an answer is never taken for silence.
      MTS_IDA_ANSWER_TIMEOUT_MS: '15000',
      ...settings,
    };
  }

  /** @param calm when IDA is taken to be calm; always, unless said */
  async startSeeder(
    settings: Record<string, string> = {},
    calm = new Calm(0),
  ): Promise<INestApplicationContext> {
    const config = readSeederConfig(this.environment(settings));
    const logger = createLogger({ app: 'seeder', level: 'debug', write: (line) => this.logLines.push(line) });
    const app = await NestFactory.createApplicationContext(SeederModule.forRoot(config, logger, calm), {
      logger: false,
      abortOnError: false,
    });
    this.seeders.push(app);
    return app;
  }

  /** Hands in people by their numbers; a number that stands twice is an identical record. */
  async submit(individualIds: readonly string[]): Promise<string> {
    return this.submitWith(individualIds, async (id, ranges, tx) => postList(this.queues, id, ranges, tx));
  }

  /** The same, and its jobs were lost. */
  async submitUnoffered(individualIds: readonly string[]): Promise<string> {
    return this.submitWith(individualIds, async () => undefined);
  }

  /** Gives a list its turn, and nothing beside it. */
  async offerList(id: string): Promise<void> {
    await this.queues.post('list', [listJob(id)]);
  }

  private async submitWith(
    individualIds: readonly string[],
    offer: (id: string, ranges: number, tx: Transaction) => Promise<void>,
  ): Promise<string> {
    const id = randomUUID();
    const keys = await makeRequestKeys(id, this.keks, new Date());
    const options = { mapping: {}, language: 'eng', nameDelimiter: ' ', fullAddressDelimiter: ', ' };
    await this.requests.begin({
      ...keys,
      owner: 'default',
      input: 'json',
      output: 'json',
      sealedOptions: sealRequestOptions(id, options, keys.input),
    });
    const [block, sealer, index] = [
      new CopyBlock(id),
      new RecordSealer(keys.input),
      BlindIndex.ofRecords(keys.input),
    ];
    for (const [at, vid] of individualIds.entries()) {
      const place = { table: 'record', column: 'sealed_input', requestId: id, line: at + 1 };
      const sealedInput = sealer.seal(
        place,
        Buffer.from(JSON.stringify({ vid, name: 'Emana Sar', gender: 'Female', dob: '1990-02-01' })),
      );
      block.add({
        line: at + 1,
        state: 'submitted',
        sealedInput,
        sealedOutcome: null,
        errorCode: null,
        recordIndex: index.of(vid),
      });
    }
    await this.requests.addBlock(id, block.finish());
    await this.database.transaction(async (tx) => {
      const { ranges } = await this.requests.submit(id, individualIds.length, tx);
      await offer(id, ranges, tx);
    });
    return id;
  }

  /** Hands in one person whose caller waits. */
  async submitAwaited(
    vid: string,
    proof: Pick<RequestOptions, 'factors' | 'transactionId'> = {},
  ): Promise<string> {
    const id = randomUUID();
    const { input, kekId, wrappedInputKey, wrappedResultsKey } = await makeRequestKeys(
      id,
      this.keks,
      new Date(),
    );
    const options = {
      mapping: {},
      language: 'eng',
      nameDelimiter: ' ',
      fullAddressDelimiter: ', ',
      ...proof,
    };
    const place = { table: 'record', column: 'sealed_input', requestId: id, line: 1 };
    const record = Buffer.from(JSON.stringify({ vid, name: 'Emana Sar' }));
    await this.database.transaction(async (tx) => {
      await new AwaitedStore(this.database, 'default').submit(
        {
          id,
          kekId,
          wrappedInputKey,
          wrappedResultsKey,
          owner: 'default',
          input: 'json',
          output: 'json',
          sealedOptions: sealRequestOptions(id, options, input),
          sealedInput: new RecordSealer(input).seal(place, record),
        },
        tx,
      );
      await this.queues.post('sync', [{ message: { v: 1, requestId: id, n: 0 }, key: id }], tx);
    });
    return id;
  }

  /** Those that IDA was not asked about, and that are known not to have been. */
  async waitingRecords(id: string): Promise<number> {
    const waiting = await this.database.query(
      `SELECT 1 FROM record WHERE request_id = $1 AND state = 'submitted' AND withdrawn`,
      [id],
    );
    return waiting.length;
  }

  /** Through which line the first range of the request may have been sent. */
  async sentMarks(id: string): Promise<number> {
    const [range] = await this.database.query<{ line: number }>(
      'SELECT sent_through_line AS line FROM range WHERE request_id = $1 AND n = 0',
      [id],
    );
    return range?.line ?? 0;
  }

  /** Of those who were announced some were not asked, for the work has stopped. It is noted before the calls under way end. */
  async hasStopped(id: string): Promise<boolean> {
    const taken = await this.database.query('SELECT 1 FROM record WHERE request_id = $1 AND withdrawn', [id]);
    return taken.length > 0;
  }

  /** Lets so much time pass for the leases of the request that only those stand that are renewed. */
  async outlastLeases(id: string): Promise<void> {
    await this.database.query(
      `UPDATE range SET lease_until = now() - interval '1 second' WHERE request_id = $1 AND lease_until IS NOT NULL`,
      [id],
    );
    await until(async () => {
      const renewed = await this.database.query(
        'SELECT 1 FROM range WHERE request_id = $1 AND lease_until > now()',
        [id],
      );
      return renewed.length > 0;
    });
  }

  /** Makes the lease of the request look as if its seeder had died, and offers it again. */
  async takeOver(id: string): Promise<void> {
    await this.database.query(
      `UPDATE range SET lease_until = now() - interval '1 second', epoch = epoch + 1 WHERE request_id = $1`,
      [id],
    );
    await this.reconcile();
  }

  /** What the scheduler's reconciler does. */
  async reconcile(): Promise<void> {
    const offered = new OfferedRanges(this.database);
    const unattended = await offered.unattended({ limit: 100, afterId: FIRST_PAGE_AFTER });
    await this.queues.post(
      'list',
      unattended.map(({ requestId }) => listJob(requestId)),
    );
    const left = await offered.left(100);
    await this.queues.post(
      'left',
      left.map(({ requestId, n }) => leftRangeJob(requestId, n)),
    );
    const waiting = Map.groupBy(await offered.waiting(100), ({ requestId }) => requestId);
    await this.queues.post(
      'authenticate',
      [...waiting].flatMap(([requestId, ofList]) => helperJobs(requestId, ofList.length)),
    );
  }

  /** The same when what is left of ranges has waited long enough. */
  async reconcileLater(): Promise<void> {
    await this.database.query('UPDATE range SET again_at = now() WHERE again_at > now()');
    await this.reconcile();
  }

  /** What the gateway does for whoever wants to know whether IDA can be asked. */
  async askForPreflight(askedAt: Date): Promise<void> {
    await this.profile.tellMended();
    await this.queues.post('preflight', [
      { message: { v: 1, askedAt: askedAt.toISOString() }, key: 'preflight' },
    ]);
  }

  async progress(id: string): Promise<Progress & { state: string }> {
    const request = await this.requests.find(id);
    return { ...(await this.requests.progress(id)), state: request?.state ?? 'unknown' };
  }

  async rows(id: string): Promise<ResultRow[]> {
    const request = await this.requests.find(id);
    const key = request && (await openRequestKey(request, 'results', this.keks));
    if (!key) throw new Error('the results cannot be opened');
    const [sealer, records] = [new RecordSealer(key), await this.results.page(id, 0, 10_000)];
    return records.map(({ line, sealedOutcome }) => {
      const place = { table: 'record', column: 'sealed_outcome', requestId: id, line };
      return JSON.parse(sealer.open(place, sealedOutcome ?? Buffer.alloc(0)).toString()) as ResultRow;
    });
  }

  async close(): Promise<void> {
    this.ida.release();
    for (const app of this.seeders) await app.close();
    await this.queues.stop(1000);
    await this.database.close();
    await this.ida.close();
    await rm(this.directory, { recursive: true });
  }
}
