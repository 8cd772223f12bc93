import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  BlindIndex,
  individualIdType,
  makeApiKey,
  openKekProvider,
  openRequestKey,
  RecordSealer,
} from '@mts/crypto';
import type { ResultRow, Role } from '@mts/domain';
import { parseJsonExact } from '@mts/inputs';
import { createLogger } from '@mts/platform';
import { installQueues } from '@mts/queue';
import {
  ApiKeyStore,
  Database,
  FIRST_TWIN_AFTER,
  migrate,
  type NewOutcome,
  ProfileStore,
  RangeStore,
  RequestStore,
  SeederStore,
} from '@mts/store';
import { createTestDatabase, dropTestDatabase, IDLE_SEEDER } from '@mts/testing';

import { type GatewaySurroundings, type RunningGateway, startGateway } from '../gateway.js';
import { readGatewayConfig } from '../options.js';
import { TcpLine } from './tcp-line.js';

export interface FixtureOptions extends Omit<GatewaySurroundings, 'logger'> {
  /** Variables of the environment besides those that every gateway needs. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What a seeder would have learnt of a record. */
export type Answer =
  | { readonly vid?: string | null; readonly token: string }
  | { readonly vid?: string | null; readonly code: string; readonly message: string };

/** A gateway on a free port, with a database and keys of its own, and all that it logged. */
export class GatewayFixture {
  readonly requests: RequestStore;
  readonly profile: ProfileStore;
  readonly seeders: SeederStore;

  private constructor(
    readonly url: string,
    readonly logLines: readonly string[],
    readonly database: Database,
    /** What the gateway reaches its database by. */
    readonly line: TcpLine,
    private readonly gateway: RunningGateway,
    readonly databaseUrl: string,
    private readonly keyDirectory: string,
  ) {
    this.requests = new RequestStore(database);
    this.profile = new ProfileStore(database, 'default');
    this.seeders = new SeederStore(database);
  }

  /** A seeder says that it lives. */
  async seederLives(id: string): Promise<void> {
    await this.seeders.beat(id, IDLE_SEEDER);
  }

  static async start({ env = {}, ...surroundings }: FixtureOptions = {}): Promise<GatewayFixture> {
    const databaseUrl = await createTestDatabase();
    await migrate(databaseUrl, 'mts');
    await installQueues(databaseUrl, 'mts_queue');
    const databaseLine = await TcpLine.to(databaseUrl);
    const keyDirectory = await mkdtemp(join(tmpdir(), 'mts-gateway-'));
    const config = readGatewayConfig({
      DATABASE_URL: databaseLine.url,
      MTS_GATEWAY_PORT: '0',
      MTS_KEK_FILE: join(keyDirectory, 'kek'),
      MTS_LOG_LEVEL: 'debug',
      ...env,
    });
    const logLines: string[] = [];
    const logger = createLogger({ app: 'spec', level: 'debug', write: (line) => logLines.push(line) });
    const gateway = await startGateway(config, { logger, ...surroundings });
    const database = await Database.open({
      url: databaseUrl,
      schema: 'mts',
      app: 'spec',
      connectionsMax: 4,
    });
    return new GatewayFixture(
      gateway.url,
      logLines,
      database,
      databaseLine,
      gateway,
      databaseUrl,
      keyDirectory,
    );
  }

  /** All that it serves, see RunningGateway. */
  get routes(): readonly string[] {
    return this.gateway.routes;
  }

  /** Makes an API key as an administrator's command does. @returns its text */
  async apiKey(name: string, ...roles: readonly Role[]): Promise<string> {
    const { id, text, hash } = makeApiKey();
    await new ApiKeyStore(this.database).add({ id, name, roles, hash }, 'new caller');
    return text;
  }

  async stop(): Promise<void> {
    await this.stopGateway();
    await this.cleanUp();
  }

  /** Ends the gateway alone. */
  async stopGateway(): Promise<void> {
    await this.gateway.stop();
  }

  /** Removes what the fixture has made. */
  async cleanUp(): Promise<void> {
    await this.line.close();
    await this.database.close();
    await dropTestDatabase(this.databaseUrl);
    await rm(this.keyDirectory, { recursive: true });
  }

  /** Requests and records there are, whatever their state. */
  async rowCounts(): Promise<{ requests: number; records: number }> {
    const [row] = await this.database.query<{ requests: number; records: number }>(
      `SELECT (SELECT count(*)::int FROM request) AS requests, (SELECT count(*)::int FROM record) AS records`,
    );
    return row ?? { requests: -1, records: -1 };
  }

  async jobCount(): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM mts_queue.job WHERE name = 'authenticate'`,
    );
    return row?.count ?? -1;
  }

  /** The records as they were sealed, in source order. */
  async sealedRecords(requestId: string): Promise<unknown[]> {
    const sealer = new RecordSealer(await this.key(requestId, 'input'));
    const rows = await this.database.query<{ line: number; sealed: Buffer }>(
      'SELECT line, sealed_input AS sealed FROM record WHERE request_id = $1 ORDER BY line',
      [requestId],
    );
    return rows.map(({ line, sealed }) => {
      const place = { table: 'record', column: 'sealed_input', requestId, line };
      return parseJsonExact(sealer.open(place, sealed).toString());
    });
  }

  /** Does what a seeder does: answers every open record, and ends the request. */
  async process(requestId: string, answerTo: (line: number) => Answer): Promise<void> {
    const ranges = new RangeStore(this.database);
    const results = await this.key(requestId, 'results');
    const [sealer, tokens] = [new RecordSealer(results), BlindIndex.ofTokens(results)];
    const outcomeOf = (line: number): NewOutcome => {
      const answer = answerTo(line);
      const row = rowOf(answer.vid ?? `vid of ${String(line)}`, answer);
      const place = { table: 'record', column: 'sealed_outcome', requestId, line };
      return {
        line,
        state: row.token === null ? 'error' : 'processed',
        sealedOutcome: sealer.seal(place, Buffer.from(JSON.stringify(row))),
        errorCode: row.errorCode,
        tokenIndex: row.token === null ? null : tokens.of(row.token),
      };
    };
    for (let n = 0; ; n += 1) {
      const lease = await ranges.take(requestId, n);
      if (lease === undefined) return;
      const save = async (lines: readonly number[]): Promise<void> => {
        const outcomes = lines.map((line) => outcomeOf(line));
        await ranges.saveOutcomes(outcomes.map((outcome) => ({ lease, outcome })));
      };
      await save((await ranges.openRecords(lease, 0, 100_000)).map(({ line }) => line));
      const shared = await ranges.openTwins(lease, FIRST_TWIN_AFTER, 100_000);
      await save(shared.flatMap(({ twins }) => twins));
      await ranges.finish(lease);
    }
  }

  async key(requestId: string, purpose: 'input' | 'results'): ReturnType<typeof requireKey> {
    const request = await this.requests.find(requestId);
    if (request === null) throw new Error('there is no such request');
    return requireKey(openRequestKey(request, purpose, await this.keks()));
  }

  private async keks() {
    const kekFile = join(this.keyDirectory, 'kek');
    return openKekProvider(
      { kekProvider: 'static', kekFile, kekFilesFormer: [], kekDirectory: undefined },
      'require',
    );
  }
}

async function requireKey(opening: ReturnType<typeof openRequestKey>) {
  const key = await opening;
  if (key === undefined) throw new Error('the key is erased');
  return key;
}

function rowOf(vid: string, answer: Answer): ResultRow {
  return 'token' in answer
    ? { vid, token: answer.token, errorCode: null, errorMessage: null }
    : { vid, token: null, errorCode: answer.code, errorMessage: answer.message };
}

/** A number that passes for a VID: 16 digits, the last of which makes the checksum right. */
export function vidOf(n: number): string {
  const digits = `5${String(n).padStart(14, '0')}`;
  const vid = Array.from({ length: 10 }, (_, last) => `${digits}${String(last)}`).find(
    (one) => individualIdType(one) !== undefined,
  );
  if (vid === undefined) throw new Error('no check digit fits');
  return vid;
}

/** A person that every rule accepts. */
export function person(n: number): Record<string, string> {
  return {
    vid: vidOf(n),
    name: `Hélène Ωmega ${'abcdefghij'.charAt(n % 10)}`,
    gender: 'Female',
    dob: '1990/09/01',
    phoneNumber: '+919876500001',
    emailId: 'helene@example.org',
    fullAddress: '12 Lake Road, Kenitra',
  };
}

/** The envelope of a request; `request` holds what differs. */
export function requestBody(request: unknown): Record<string, unknown> {
  return {
    id: 'mosip.token.seeder',
    version: '1.0',
    metadata: '',
    requesttime: '2022-07-08T06:57:05.189Z',
    request,
  };
}

export const DOWNLOAD = { output: 'json', deliverytype: 'download' };
