import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  checkValue,
  type KekSettings,
  makeRequestKeys,
  type MountedKeks,
  openKekProvider,
} from '@mts/crypto';
import type { Environment } from '@mts/platform';
import {
  CopyBlock,
  Database,
  migrate,
  type NewRequest,
  PullStore,
  RangeStore,
  RequestStore,
  SteeringStore,
  verifyKek,
} from '@mts/store';
import { createTestDatabase, dropTestDatabase, until } from '@mts/testing';

import { readAdminConfig } from '../configuration.js';
import { type AdminAnswer, readOrder } from '../admin/command.js';
import { ADMIN_COMMANDS } from '../admin/commands.js';

/** A migrated database with requests in it, and the command as an operator gives it. */
export class AdminFixture {
  readonly requests: RequestStore;
  readonly ranges: RangeStore;
  readonly steering: SteeringStore;
  /** What the commands have told on their way. */
  readonly told: string[] = [];
  kekSettings: KekSettings;
  /** What the operator has set. */
  environment: Environment = {};

  private constructor(
    readonly url: string,
    readonly database: Database,
    readonly folder: string,
  ) {
    this.requests = new RequestStore(database);
    this.ranges = new RangeStore(database);
    this.steering = new SteeringStore(database, this.requests);
    this.kekSettings = {
      kekProvider: 'static',
      kekFile: join(folder, 'kek'),
      kekFilesFormer: [],
      kekDirectory: undefined,
    };
  }

  static async open(): Promise<AdminFixture> {
    const url = await createTestDatabase();
    await migrate(url, 'mts');
    const database = await Database.open({ url, schema: 'mts', app: 'spec', connectionsMax: 4 });
    const fixture = new AdminFixture(url, database, await mkdtemp(join(tmpdir(), 'mts-admin-')));
    await fixture.startApps();
    return fixture;
  }

  async close(): Promise<void> {
    await this.database.close();
    await dropTestDatabase(this.url);
    await rm(this.folder, { recursive: true });
  }

  /** @throws whatever the command does */
  async run(...args: string[]): Promise<AdminAnswer> {
    const order = readOrder(args, ADMIN_COMMANDS);
    if (order.kind === 'help') throw new Error('help is no work');
    const openKeks = async (): Promise<MountedKeks> => openKekProvider(this.kekSettings, 'require');
    const config = { ...readAdminConfig(this.environment), ...this.kekSettings };
    return order.work({ database: this.database, config, openKeks }, (line) => this.told.push(line));
  }

  /** Does what apps do at their start: makes the key if there is none, and notes it. @returns its id */
  async startApps(): Promise<string> {
    const kek = await (await openKekProvider(this.kekSettings, 'create')).current(new Date());
    await verifyKek(this.database, { id: kek.id, checkValue: checkValue(kek) });
    return kek.id;
  }

  /** Begins a request without finishing it. */
  async receive(lines: number, wish: Partial<NewRequest> = {}): Promise<string> {
    const request = { ...(await this.newRequest()), ...wish };
    await this.requests.begin(request);
    const block = new CopyBlock(request.id);
    for (let line = 1; line <= lines; line += 1) block.add({ ...SUBMITTED, line });
    await this.requests.addBlock(request.id, block.finish());
    return request.id;
  }

  /** Makes a request of a list that has yet to be fetched. */
  async pull(): Promise<string> {
    const request = { ...(await this.newRequest()), input: 'odk' };
    const pulls = new PullStore(this.database, this.requests);
    await this.database.transaction(async (tx) => pulls.begin(request, Buffer.from('sealed'), tx));
    return request.id;
  }

  async submit(lines: number, wish: Partial<NewRequest> = {}): Promise<string> {
    const id = await this.receive(lines, wish);
    await this.database.transaction(async (tx) => this.requests.submit(id, lines, tx));
    return id;
  }

  /** Gives every record of the only range a Token ID. */
  async process(id: string): Promise<void> {
    const lease = await this.ranges.take(id, 0);
    if (lease === undefined) throw new Error('there is nothing to be worked on');
    const open = await this.ranges.openRecords(lease, 0, 1000);
    const outcomes = open.map(({ line }) => ({
      line,
      state: 'processed' as const,
      sealedOutcome: Buffer.from('sealed'),
      errorCode: null,
      tokenIndex: Buffer.from(String(line)),
    }));
    await this.ranges.saveOutcomes(outcomes.map((outcome) => ({ lease, outcome })));
    await this.ranges.finish(lease);
  }

  async untilSomebodyWaitsForALock(): Promise<void> {
    await until(async () => {
      const waiting = await this.database.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return waiting.length > 0;
    });
  }

  private async newRequest(): Promise<NewRequest> {
    const keks = await openKekProvider(this.kekSettings, 'require');
    const keys = await makeRequestKeys(randomUUID(), keks, new Date());
    const { id, kekId, wrappedInputKey, wrappedResultsKey } = keys;
    const sealedOptions = Buffer.from('sealed');
    return {
      id,
      kekId,
      wrappedInputKey,
      wrappedResultsKey,
      owner: 'default',
      input: 'csv',
      output: 'csv',
      sealedOptions,
    };
  }
}

const SUBMITTED = {
  state: 'submitted',
  sealedInput: Buffer.from('sealed'),
  sealedOutcome: null,
  errorCode: null,
  recordIndex: null,
} as const;
