import { startEmbeddedPostgres } from '@mts/embedded-postgres';
import { databaseRefusal, readConfig } from '@mts/platform';
import { Database } from '@mts/store';

import { readLauncherConfig } from './configuration.js';
import { bringUpToDate } from './database.js';
import { LaunchError } from './launch-error.js';
import { RunningRecord } from './running-record.js';
import { openStateFolder, stateFolder } from './state-folder.js';

interface Place {
  readonly url: string;
  readonly schema: string;
}

/**
 * Works on the database that an operator means: that of the `npm start` which runs in this folder, unless DATABASE_URL
 * names another one; else that of DATABASE_URL; else the one that `npm start` would bring, which is started for it.
 *
 * @throws ConfigError, SchemaError, LaunchError
 */
export async function withAdminDatabase<T>(
  environment: NodeJS.ProcessEnv,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const config = readLauncherConfig(environment);
  const run = await RunningRecord.running(stateFolder(config.stateDirectory).run);
  if (run?.database !== undefined && (config.databaseUrl ?? run.database.url) === run.database.url) {
    return on(run.database, work);
  }
  if (config.databaseUrl !== undefined) {
    const { databaseUrl: url, databaseSchema: schema } = readConfig(
      ['databaseUrl', 'databaseSchema'],
      environment,
    );
    return on({ url, schema }, work);
  }
  return withOwnPostgres(config, work);
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
