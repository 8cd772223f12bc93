import { type MountedKeks, openKekProvider } from '@mts/crypto';
import { startEmbeddedPostgres } from '@mts/embedded-postgres';
import { type Environment, OPTIONS, readConfig } from '@mts/platform';
import type { Database } from '@mts/store';

import {
  type AdminConfig,
  environmentOfAdmin,
  readAdminConfig,
  readLauncherConfig,
} from '../configuration.js';
import { bringUpToDate, type KnownAs, openDatabase, refused } from '../database.js';
import { notCounting } from '../not-counting.js';
import { type Run, type RunDatabase, RunningRecord } from '../running-record.js';
import { keyPlaces, openStateFolder, type StateFolder, stateFolder } from '../state-folder.js';

/** What an operator works on. */
export interface Deployment {
  readonly database: Database;
  readonly config: AdminConfig;
  /** The key-encryption keys of the apps; none is ever made here. @throws KekError */
  readonly openKeks: () => Promise<MountedKeks>;
}

interface Place extends Pick<RunDatabase, 'url' | 'schema'> {
  /** Unless it is that of DATABASE_URL. */
  readonly known?: KnownAs;
}

/**
 * Works on the set-up that an operator means. Its database is that of the `npm start` which runs in this folder, unless
 * DATABASE_URL names another one; else that of DATABASE_URL; else the one that `npm start` would bring, which is started
 * for it. Its options are those of that `npm start`, else those of the environment.
 *
 * @param tell is told which set-up that is, and what of the environment does not count in it
 * @throws ConfigError, SchemaError, LaunchError
 */
export async function withDeployment<T>(
  environment: NodeJS.ProcessEnv,
  tell: (line: string) => void,
  carryOut: (deployment: Deployment) => Promise<T>,
): Promise<T> {
  const config = readLauncherConfig(environment);
  const state = stateFolder(config.stateDirectory);
  const run = await RunningRecord.running(state.run);
  const running =
    run?.database?.url === (config.databaseUrl ?? run?.database?.url) ? run?.database : undefined;
  const options = { ...environment, ...keyPlaces(environment, state), ...running?.options };
  const work = async (database: Database): Promise<T> => carryOut(deploymentOf(database, options));
  if (run !== undefined && running !== undefined) {
    tell(`This is done on the npm start of this folder (process ${run.launcher.pid}), with its options.`);
    for (const line of ignored(environment, running)) tell(line);
    return on(running.isItsOwn === true ? { ...running, known: broughtWith(state) } : running, work);
  }
  if (config.databaseUrl === undefined) {
    await openStateFolder(config.stateDirectory);
    const record = await RunningRecord.claimInTurn(state.run, 'npm run admin', hasNoDatabaseYet, tell);
    // An npm start that was just starting.
    if (!(record instanceof RunningRecord)) return withDeployment(environment, tell, carryOut);
    tell(
      `This is done on the database in ${config.stateDirectory}, started for it, with the options of this environment.`,
    );
    return withOwnPostgres(config, record, work);
  }
  const { databaseUrl: url, databaseSchema: schema } = readConfig(
    ['databaseUrl', 'databaseSchema'],
    environment,
  );
  const { host, pathname } = new URL(url);
  tell(
    `This is done on the database ${host}${pathname}, schema ${schema}, with the options of this environment.`,
  );
  return on({ url, schema }, work);
}

/** Of the variables that are set here those that are otherwise with the one that runs. None is secret. */
function ignored(environment: Environment, { schema, options }: RunDatabase): readonly string[] {
  const here = { ...environmentOfAdmin(environment), ...schemaOf(environment) };
  return notCounting(here, { ...options, [OPTIONS.databaseSchema.env]: schema });
}

function schemaOf(environment: Environment): Record<string, string> {
  const { env } = OPTIONS.databaseSchema;
  const value = environment[env];
  return value === undefined ? {} : { [env]: value };
}

function deploymentOf(database: Database, options: Environment): Deployment {
  const config = readAdminConfig(options);
  return { database, config, openKeks: async () => openKekProvider(config, 'require') };
}

/** Nobody has set DATABASE_URL for it. */
function broughtWith({ postgresLog }: StateFolder): KnownAs {
  return {
    name: 'The PostgreSQL of this npm start',
    advice: [
      'Where it has ended, it is started again by itself: try again in a moment.',
      `Its log: ${postgresLog}`,
    ],
  };
}

async function on<T>({ url, schema, known }: Place, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(url, schema, 'mts-admin', known);
  try {
    return await work(database);
  } catch (error) {
    throw refused(error, known) ?? error;
  } finally {
    await database.close();
  }
}

/** An admin command never has one that others could use. */
function hasNoDatabaseYet({ database }: Run): boolean {
  return database === undefined;
}

/** @param record of this process, as long as it uses the folder */
async function withOwnPostgres<T>(
  config: ReturnType<typeof readLauncherConfig>,
  record: RunningRecord,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  try {
    const dataDir = stateFolder(config.stateDirectory).postgres;
    const port = config.postgresPort === 0 ? {} : { port: config.postgresPort };
    const postgres = await startEmbeddedPostgres({ dataDir, ...port });
    try {
      await bringUpToDate(postgres.url, config);
      return await on({ url: postgres.url, schema: config.databaseSchema }, work);
    } finally {
      await postgres.stop();
    }
  } finally {
    await record.remove();
  }
}
