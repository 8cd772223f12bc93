import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  builtApp,
  createTestDatabase,
  IDA_VECTOR_PASSWORD,
  idaVectorPath,
  type RunningApp,
  spawnApp,
} from '@mts/testing';

import { runBuiltScript } from '../system.js';
import type { RecordedCase, Target } from './recorded-case.js';
import { RecordedIda } from './recorded-ida.js';
import { RecordedPeers } from './recorded-peers.js';
import type { Stage } from './replay.js';
import { localhostIdentity } from './tls-identity.js';

/**
 * The recorded lists hold numbers, genders and dates that nobody can have, which the original did not look at; nor did it
 * at addresses inside a private network.
 */
const AS_RECORDED = {
  MTS_INDIVIDUAL_ID_CHECK: 'off',
  MTS_GENDER_CHECK: 'off',
  MTS_DOB_CHECK: 'off',
  MTS_OUTBOUND_ALLOWED: '127.0.0.1,localhost',
};

/** What the targets differ in. One process here serves what were three programs: 1.0.1, 1.1, and its synchronous mode. */
const MANDATORY_FIELDS: Readonly<Record<Target, string | undefined>> = {
  dev: undefined,
  main: undefined,
  sync: undefined,
  devmandall: 'name,gender,dob,phoneNumber,emailId,fullAddress',
  devmandname: 'name',
  devmandspaces: 'name, gender, dob',
};

/** The built apps on one database, with a gateway for each configuration of the recording. */
export class RecordedSystem {
  private readonly apps: RunningApp[] = [];
  private readonly gateways = new Map<string, RunningApp>();
  private readonly identity = localhostIdentity();

  private constructor(
    readonly ida: RecordedIda,
    private readonly directory: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  static async start(cases: readonly RecordedCase[]): Promise<RecordedSystem> {
    const directory = await mkdtemp(join(tmpdir(), 'mts-recorded-'));
    const databaseUrl = await createTestDatabase();
    await runBuiltScript('standalone', 'migrate', [], { DATABASE_URL: databaseUrl });
    const ida = await RecordedIda.start(cases);
    const system = new RecordedSystem(ida, directory, {
      DATABASE_URL: databaseUrl,
      MTS_KEK_FILE: join(directory, 'kek'),
      MTS_GATEWAY_PORT: '0',
      NODE_EXTRA_CA_CERTS: join(directory, 'localhost.crt.pem'),
      ...AS_RECORDED,
      ...idaSettings(ida.url),
    });
    await writeFile(join(directory, 'localhost.crt.pem'), system.identity.cert);
    const [first, ...others] = new Set(cases.map(({ target }) => MANDATORY_FIELDS[target]));
    // It makes the key that all others read.
    await system.startGateway(first);
    const gateways = others.map(async (fields) => system.startGateway(fields));
    await Promise.all([...gateways, ...['seeder', 'scheduler'].map(async (name) => system.startApp(name))]);
    return system;
  }

  /** A place to play a case of this target, with peers of its own; {@link RecordedPeers.close} ends it. */
  async stage(target: Target): Promise<Stage> {
    const gateway = this.gateways.get(MANDATORY_FIELDS[target] ?? '');
    if (gateway === undefined) throw new Error(`no gateway is configured as ${target}`);
    return { gatewayUrl: gateway.ready, ida: this.ida, peers: await RecordedPeers.start(this.identity) };
  }

  async stop(): Promise<void> {
    await Promise.all(this.apps.map(async (app) => app.stop()));
    await this.ida.close();
    await rm(this.directory, { recursive: true, force: true });
  }

  private async startGateway(fields: string | undefined): Promise<void> {
    const gateway = await this.startApp(
      'gateway',
      fields === undefined ? {} : { MTS_MANDATORY_FIELDS: fields },
    );
    this.gateways.set(fields ?? '', gateway);
  }

  private async startApp(name: string, env: Readonly<Record<string, string>> = {}): Promise<RunningApp> {
    const app = await spawnApp(builtApp(name), { env: { ...this.env, ...env } });
    this.apps.push(app);
    return app;
  }
}

function idaSettings(url: string): Record<string, string> {
  return {
    MTS_IDA_AUTH_URL: url,
    MTS_IDA_PARTNER_ID: 'partner-1',
    MTS_IDA_API_KEY: 'apikey-1',
    MTS_IDA_MISP_LICENCE_KEY: 'misplk-1',
    MTS_IDA_PARTNER_P12_FILE: idaVectorPath('keys/partner-modern-aes256.p12'),
    MTS_IDA_PARTNER_P12_PASSWORD: IDA_VECTOR_PASSWORD,
    MTS_IDA_CERTIFICATE_FILE: idaVectorPath('keys/ida-partner.crt.pem'),
    MTS_IDA_RATE_PER_SECOND_MAX: 'none',
  };
}
