import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readCertificate, readPkcs12 } from '@mts/crypto';
import { builtApp, type RunningApp, spawnApp } from '@mts/testing';

import type { Version } from '../cases/case.js';
import type { Connection } from '../exchange/connection.js';
import { type TestPopulation, testPopulation } from './population.js';

/** What the simulator tells a relying party, `relying-party.json`. */
interface RelyingParty {
  readonly partnerId: string;
  readonly apiKey: string;
  readonly mispLicenceKey: string;
  readonly p12Password: string;
  readonly domainUri: string;
}

/** The built simulator as a process of its own, with test people. */
export class SimulatedIda {
  private constructor(
    readonly app: RunningApp,
    readonly directory: string,
    readonly version: Version,
    readonly population: TestPopulation,
  ) {}

  static async start(version: Version): Promise<SimulatedIda> {
    const directory = await mkdtemp(join(tmpdir(), 'mts-conformance-'));
    const population = testPopulation();
    await writeFile(join(directory, 'population.ndjson'), population.ndjson);
    const app = await spawnApp(builtApp('ida-simulator'), {
      env: {
        IDA_SIMULATOR_DIR: join(directory, 'keys'),
        IDA_SIMULATOR_POPULATION: join(directory, 'population.ndjson'),
        IDA_SIMULATOR_PORT: '0',
        IDA_SIMULATOR_VERSION: version,
      },
    });
    return new SimulatedIda(app, directory, version, population);
  }

  get authUrl(): string {
    return `${this.app.ready}/idauthentication/v1/auth`;
  }

  get relyingParty(): RelyingParty {
    return JSON.parse(readFileSync(this.file('relying-party.json'), 'utf8')) as RelyingParty;
  }

  file(name: string): string {
    return join(this.directory, 'keys', name);
  }

  connection(): Connection {
    const { p12Password, ...relyingParty } = this.relyingParty;
    return {
      ...relyingParty,
      authUrl: this.authUrl,
      version: this.version,
      partnerKey: readPkcs12(readFileSync(this.file('partner.p12')), p12Password),
      otherPartnerKey: undefined,
      idaCertificate: readCertificate(readFileSync(this.file('ida-partner.cer'))),
      answerPins: [readCertificate(readFileSync(this.file('ida-sign.cer')))],
      uinType: 'UIN',
      uinLengthDigits: 10,
      vidLengthDigits: 16,
      others: {},
      // Only one case waits for it, the one that is never answered.
      answerTimeoutMs: 2_000,
    };
  }

  /** The numbers of all test people. */
  get numbers(): readonly string[] {
    const { ids, oneTimeVids } = this.population.identities;
    return [...Object.values(ids), ...oneTimeVids];
  }

  /** How often somebody was looked up by one of these numbers: from there on a call touches a person. */
  async lookUps(): Promise<number> {
    const body = { individualIds: this.numbers };
    const { calls } = await this.admin<{ readonly calls: readonly number[] }>('POST', 'counters/query', body);
    return calls.reduce((sum, each) => sum + each, 0);
  }

  async calls(): Promise<number> {
    return (await this.admin<{ readonly calls: number }>('GET', 'counters')).calls;
  }

  async setFaults(faults: object): Promise<void> {
    await this.admin('PUT', 'faults', faults);
  }

  private async admin<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const request = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    return (await (await fetch(`${this.app.ready}/admin/${path}`, request)).json()) as Answer;
  }

  async stop(): Promise<void> {
    await this.app.stop();
    await rm(this.directory, { recursive: true });
  }
}
