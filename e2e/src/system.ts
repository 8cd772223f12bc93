import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { Client } from 'pg';

import { builtApp, createTestDatabase, type RunningApp, spawnApp } from '@mts/testing';

import { Gateway } from './gateway.js';
import { SimulatorAdmin } from './simulator-admin.js';

/** The sample that comes with the simulator. */
export const SAMPLE = fileURLToPath(new URL('../../apps/ida-simulator/sample/', import.meta.url));

export interface SystemOptions {
  /** A database URL; an empty database of the run's server unless given. */
  readonly databaseUrl?: string;
  /** A folder with people.csv, population.ndjson and expected.csv; the sample unless given. */
  readonly people?: string;
  /** For all apps. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The built apps as processes of their own, on one database, with the IDA simulator. */
export class System {
  readonly apps = new Map<string, RunningApp>();
  /** What ended processes have printed. */
  private readonly formerOutput: string[] = [];

  private constructor(
    readonly directory: string,
    readonly people: string,
    private readonly env: Readonly<Record<string, string>>,
    readonly ida: SimulatorAdmin,
    readonly gateway: Gateway,
  ) {}

  static async start(options: SystemOptions = {}): Promise<System> {
    const directory = await mkdtemp(join(tmpdir(), 'mts-e2e-'));
    const people = options.people ?? SAMPLE;
    const databaseUrl = options.databaseUrl ?? (await createTestDatabase());
    await runBuiltScript('standalone', 'migrate', [], { DATABASE_URL: databaseUrl });
    const simulator = await spawnApp(builtApp('ida-simulator'), {
      env: {
        IDA_SIMULATOR_DIR: join(directory, 'ida'),
        IDA_SIMULATOR_POPULATION: join(people, 'population.ndjson'),
        IDA_SIMULATOR_PORT: '0',
      },
    });
    const env = {
      DATABASE_URL: databaseUrl,
      MTS_KEK_FILE: join(directory, 'keys', 'kek'),
      MTS_GATEWAY_PORT: '0',
      ...(await idaSettings(join(directory, 'ida'), simulator.ready)),
      ...options.env,
    };
    const gateway = await spawnApp(builtApp('gateway'), { env });
    const system = new System(
      directory,
      people,
      env,
      new SimulatorAdmin(simulator.ready),
      new Gateway(gateway.ready),
    );
    system.apps.set('ida-simulator', simulator).set('gateway', gateway);
    await Promise.all(['seeder', 'scheduler'].map(async (name) => system.startApp(name)));
    return system;
  }

  /** @param changes what differs from the environment that all apps have */
  async startApp(name: string, changes: Readonly<Record<string, string>> = {}): Promise<RunningApp> {
    const app = await spawnApp(builtApp(name), { env: { ...this.env, ...changes } });
    this.apps.set(name, app);
    return app;
  }

  /** Ends an app as a crash would. */
  async kill(name: string): Promise<void> {
    const app = this.apps.get(name);
    if (app === undefined) throw new Error(`${name} does not run`);
    await app.stop('SIGKILL');
    this.formerOutput.push(app.output());
    this.apps.delete(name);
  }

  /** A look into the database, for what no API shows. */
  async query(sql: string): Promise<unknown[]> {
    const client = new Client({ connectionString: this.env['DATABASE_URL'] });
    await client.connect();
    try {
      return (await client.query(sql)).rows as unknown[];
    } finally {
      await client.end();
    }
  }

  /** All that the processes have printed. */
  output(): string {
    return [...this.formerOutput, ...[...this.apps.values()].map((app) => app.output())].join('\n');
  }

  /** Ends all apps in good order. */
  async stopApps(): Promise<void> {
    for (const name of ['scheduler', 'gateway', 'seeder', 'ida-simulator']) await this.stopApp(name);
  }

  /** Ends an app in good order, if it runs. */
  async stopApp(name: string): Promise<void> {
    const app = this.apps.get(name);
    if (app === undefined) return;
    await app.stop();
    this.formerOutput.push(app.output());
    this.apps.delete(name);
  }

  async stop(): Promise<void> {
    await this.stopApps();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/**
 * Generates people into a folder of its own, which the caller removes.
 * @param shares by the flag of `npm run people`, such as `one-time-vids`
 */
export async function generatePeople(
  count: number,
  seed: number,
  shares: Readonly<Record<string, number>> = {},
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mts-people-'));
  const flags = Object.entries(shares).flatMap(([flag, share]) => [`--${flag}`, String(share)]);
  const options = ['--count', String(count), '--seed', String(seed), '--out', folder, ...flags];
  await runBuiltScript('ida-simulator', 'people', options, {});
  return folder;
}

/** Runs a script of an app to its end. */
export async function runBuiltScript(
  app: string,
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const file = fileURLToPath(new URL(`../../apps/${app}/dist/${script}.js`, import.meta.url));
  await promisify(execFile)(process.execPath, [file, ...args], { env: { ...process.env, ...env } });
}

/** What the apps must know of the relying party that the simulator has registered. */
export async function idaSettings(folder: string, url: string): Promise<Record<string, string>> {
  const party = JSON.parse(await readFile(join(folder, 'relying-party.json'), 'utf8')) as Record<
    string,
    string
  >;
  return {
    MTS_IDA_AUTH_URL: `${url}/idauthentication/v1/auth`,
    MTS_IDA_PARTNER_ID: party['partnerId'] ?? '',
    MTS_IDA_API_KEY: party['apiKey'] ?? '',
    MTS_IDA_MISP_LICENCE_KEY: party['mispLicenceKey'] ?? '',
    MTS_IDA_PARTNER_P12_FILE: join(folder, 'partner.p12'),
    MTS_IDA_PARTNER_P12_PASSWORD: party['p12Password'] ?? '',
    MTS_IDA_CERTIFICATE_FILE: join(folder, 'ida-partner.cer'),
    MTS_IDA_SIGN_CERTIFICATE_FILE: join(folder, 'ida-sign.cer'),
    MTS_IDA_DOMAIN_URI: party['domainUri'] ?? '',
    MTS_IDA_RATE_PER_SECOND_MAX: 'none',
  };
}
