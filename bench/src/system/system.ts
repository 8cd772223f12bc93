import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { type EmbeddedPostgres, startEmbeddedPostgres } from '@mts/embedded-postgres';
import { type Provisioned, provision } from '@mts/ida-simulator';
import { builtApp, type RunningApp, spawnApp } from '@mts/testing';
import { Pool } from 'pg';

import { atEnd } from '../frame/at-end.js';
import { type ProcessUsage, processUsage } from '../frame/process-usage.js';
import { familyUsage } from './family-usage.js';
import { settingsOf } from './settings.js';

const MIGRATE = fileURLToPath(new URL('../../../apps/standalone/dist/migrate.js', import.meta.url));
/** See {@link keysOf}. */
const KEYS = 'ida';

export interface SystemOptions {
  /** For keys and whatever else is written; removed by the caller. */
  readonly directory: string;
  /** Of IDA, or what stands in for it: up to and with `/auth`. */
  readonly authUrl: string;
  /** Started with the rest; more can be started later. Default 1. */
  readonly seeders?: number;
  /** For all apps. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * The built apps, each a process of its own, on a PostgreSQL that keeps what it commits (fsync on). Ends with the bench,
 * if not before.
 */
export class System {
  readonly seeders: RunningApp[] = [];

  private constructor(
    readonly authUrl: string,
    readonly keys: Provisioned,
    readonly postgres: EmbeddedPostgres,
    readonly gateway: RunningApp,
    readonly scheduler: RunningApp,
    private readonly pool: Pool,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  static async start({ directory, authUrl, seeders = 1, env = {} }: SystemOptions): Promise<System> {
    const postgres = await startEmbeddedPostgres({ durable: true });
    atEnd(async () => postgres.stop());
    const place = { DATABASE_URL: postgres.url };
    await promisify(execFile)(process.execPath, [MIGRATE], { env: { ...process.env, ...place } });
    const keys = await keysOf(directory);
    const settings = { ...place, ...settingsOf(directory, authUrl, keys), ...env };
    const gateway = await started('gateway', settings);
    const scheduler = await started('scheduler', settings);
    const pool = new Pool({ connectionString: postgres.url, max: 2, options: '-c search_path=mts' });
    atEnd(async () => pool.end());
    const system = new System(authUrl, keys, postgres, gateway, scheduler, pool, settings);
    for (let count = 0; count < seeders; count += 1) await system.startSeeder();
    return system;
  }

  get gatewayUrl(): string {
    return this.gateway.ready;
  }

  /** @param env for this one, beside that of all apps */
  async startSeeder(env: NodeJS.ProcessEnv = {}): Promise<RunningApp> {
    const seeder = await started('seeder', { ...this.env, ...env });
    this.seeders.push(seeder);
    return seeder;
  }

  /** Ends all of them in good order; what they have not asked waits for the next one. */
  async stopSeeders(): Promise<void> {
    await Promise.all(this.seeders.splice(0).map(async (seeder) => seeder.stop()));
  }

  /** A look into our tables, for what no API shows. */
  async query<Row extends object>(sql: string, parameters: readonly unknown[] = []): Promise<readonly Row[]> {
    const { rows } = await this.pool.query<Row>(sql, [...parameters]);
    return rows;
  }

  /** Of the server and all its backends, those that have ended included. */
  async postgresUsage(): Promise<ProcessUsage> {
    const [pid = ''] = (await readFile(join(this.postgres.dataDir, 'postmaster.pid'), 'utf8')).split('\n');
    return familyUsage(Number(pid));
  }
}

async function started(app: string, env: NodeJS.ProcessEnv): Promise<RunningApp> {
  const running = await spawnApp(builtApp(app), { env });
  atEnd(async () => running.stop());
  return running;
}

/** Of an app of {@link System}. */
export async function appUsage(app: RunningApp): Promise<ProcessUsage> {
  return processUsage(app.process.pid ?? 0);
}

/** The keys and certificates of relying party and IDA, made on the first call for this directory. */
export async function keysOf(directory: string): Promise<Provisioned> {
  return provision(join(directory, KEYS));
}

/** The simulator, with the people of `population.ndjson` in the directory. */
export async function startSimulatorApp(
  directory: string,
): Promise<{ readonly app: RunningApp; readonly authUrl: string }> {
  const app = await started('ida-simulator', {
    IDA_SIMULATOR_DIR: join(directory, KEYS),
    IDA_SIMULATOR_POPULATION: join(directory, 'population.ndjson'),
    IDA_SIMULATOR_PORT: '0',
  });
  return { app, authUrl: `${app.ready}/idauthentication/v1/auth` };
}
