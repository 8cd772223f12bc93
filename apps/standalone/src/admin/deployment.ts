import { type KekProvider, openKekProvider } from '@mts/crypto';
import { startEmbeddedPostgres } from '@mts/embedded-postgres';
import { databaseRefusal, type Environment, readConfig } from '@mts/platform';
import { Database } from '@mts/store';

import { type AdminConfig, readAdminConfig, readLauncherConfig } from '../configuration.js';
import { bringUpToDate } from '../database.js';
import { LaunchError } from '../launch-error.js';
import { type RunDatabase, RunningRecord } from '../running-record.js';
import { keyPlaces, openStateFolder, stateFolder } from '../state-folder.js';

/** What an operator works on. */
export interface Deployment {
  readonly database: Database;
  readonly config: AdminConfig;
  /** The key-encryption keys of the apps; none is ever made here. @throws KekError */
  readonly openKeks: () => Promise<KekProvider>;
}

type Place = Pick<RunDatabase, 'url' | 'schema'>;

/**
 * Works on the set-up that an operator means. Its database is that of the `npm start` which runs in this folder, unless
 * DATABASE_URL names another one; else that of DATABASE_URL; else the one that `npm start` would bring, which is started
 * for it. Its options are those of that `npm start`, else those of the environment.
 *
 * @throws ConfigError, SchemaError, LaunchError
 */
export async function withDeployment<T>(
  environment: NodeJS.ProcessEnv,
  carryOut: (deployment: Deployment) => Promise<T>,
): Promise<T> {
  const config = readLauncherConfig(environment);
  const state = stateFolder(config.stateDirectory);
  const run = await RunningRecord.running(state.run);
  const running =
    run?.database?.url === (config.databaseUrl ?? run?.database?.url) ? run?.database : undefined;
  const options = { ...environment, ...keyPlaces(environment, state), ...running?.options };
  const work = async (database: Database): Promise<T> => carryOut(deploymentOf(database, options));
  if (running !== undefined) return on(running, work);
  if (config.databaseUrl === undefined) return withOwnPostgres(config, work);
  const { databaseUrl: url, databaseSchema: schema } = readConfig(
    ['databaseUrl', 'databaseSchema'],
    environment,
  );
  return on({ url, schema }, work);
}

function deploymentOf(database: Database, options: Environment): Deployment {
  const config = readAdminConfig(options);
  return { database, config, openKeks: async () => openKekProvider(config, 'require') };
}

async function on<T>({ url, schema }: Place, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await Database.open({ url, schema, app: 'mts-admin', connectionsMax: 2 }).catch(
    (error: unknown) => {
      const sentence = databaseRefusal(error);
      throw sentence === undefined ? error : new LaunchError(sentence, { cause: error });
    },
  );
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

async function withOwnPostgres<T>(
  config: ReturnType<typeof readLauncherConfig>,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const state = await openStateFolder(config.stateDirectory);
  const record = await RunningRecord.claim(state.run);
  if (!(record instanceof RunningRecord)) {
    throw new LaunchError('The token seeder of this folder is just starting: try again when it is ready.');
  }
  try {
    const port = config.postgresPort === 0 ? {} : { port: config.postgresPort };
    const postgres = await startEmbeddedPostgres({ dataDir: state.postgres, ...port });
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
