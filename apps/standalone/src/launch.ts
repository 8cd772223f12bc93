import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startEmbeddedPostgres } from '@mts/embedded-postgres';

import { ChildApp } from './child-app.js';
import { environmentOf, type LauncherConfig } from './configuration.js';
import { bringUpToDate } from './database.js';
import type { Fleet, PartName } from './fleet.js';
import { LaunchError } from './launch-error.js';
import type { RunningRecord } from './running-record.js';
import { SAMPLE, simulatedIda } from './simulator.js';
import type { StateFolder } from './state-folder.js';

type App = Exclude<PartName, 'postgres'>;

/** What a start needs to know. */
export interface Launch {
  readonly config: LauncherConfig;
  readonly environment: NodeJS.ProcessEnv;
  readonly state: StateFolder;
  readonly record: RunningRecord;
  readonly fleet: Fleet;
}

/** Where all that was started can be reached. */
export interface Launched {
  readonly url: string;
  /** Undefined where a real IDA is asked. */
  readonly simulatorUrl: string | undefined;
}

/** Starts everything and waits until it is ready. */
export async function launch(start: Launch): Promise<Launched> {
  const [databaseUrl, simulatorUrl] = await Promise.all([prepareDatabase(start), startSimulator(start)]);
  start.record.setDatabase({ url: databaseUrl, schema: start.config.databaseSchema });
  // What the seeder must know of IDA beside the environment.
  const ida = simulatorUrl === undefined ? {} : await simulatedIda(start.state.simulator, simulatorUrl);
  const shared = {
    ...start.environment,
    ...keyPlaces(start),
    DATABASE_URL: databaseUrl,
    MTS_DATABASE_SCHEMA: start.config.databaseSchema,
    MTS_QUEUE_SCHEMA: start.config.queueSchema,
  };
  const [url] = await Promise.all([
    startApp(start, 'gateway', shared),
    startApp(start, 'seeder', { ...shared, ...ida }),
    startApp(start, 'scheduler', shared),
  ]);
  start.record.setUrl(url);
  return { url, simulatorUrl };
}

async function prepareDatabase({ config, state, fleet }: Launch): Promise<string> {
  const url = config.databaseUrl ?? (await startPostgres(config, state, fleet));
  await bringUpToDate(url, config);
  return url;
}

async function startPostgres(config: LauncherConfig, state: StateFolder, fleet: Fleet): Promise<string> {
  const port = config.postgresPort === 0 ? {} : { port: config.postgresPort };
  const { url } = await fleet.start(async () => {
    const postgres = await startEmbeddedPostgres({ dataDir: state.postgres, ...port }).catch(advise);
    // It ends when this process does; nothing harder is needed, or good for its data.
    return { ...postgres, name: 'postgres', kill: () => undefined };
  });
  return url;
}

function advise(error: Error): never {
  const advice =
    'MTS_POSTGRES_PORT names another port, MTS_STATE_DIR another folder, DATABASE_URL a PostgreSQL of your own.';
  throw new LaunchError(`${error.message}\n${advice}`, { cause: error });
}

async function startSimulator(start: Launch): Promise<string | undefined> {
  if (!start.config.simulatesIda) return undefined;
  return startApp(start, 'ida-simulator', {
    ...start.environment,
    IDA_SIMULATOR_DIR: start.state.simulator,
    IDA_SIMULATOR_POPULATION: start.config.population ?? SAMPLE.population,
    IDA_SIMULATOR_PORT: String(start.config.simulatorPort),
    IDA_SIMULATOR_VERSION: start.config.simulatedVersion,
  });
}

/** Where keys are kept, if the operator has not said. */
function keyPlaces({ environment, state }: Launch): NodeJS.ProcessEnv {
  return {
    MTS_KEK_FILE: environment['MTS_KEK_FILE'] || join(state.keys, 'kek'),
    MTS_KEK_DIRECTORY: environment['MTS_KEK_DIRECTORY'] || join(state.keys, 'days'),
  };
}

async function startApp(
  { state, record, fleet }: Launch,
  name: App,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const app = await fleet.start(async () => {
    const child = await ChildApp.start({
      name,
      script: fileURLToPath(import.meta.resolve(`@mts/${name}/main`)),
      env: environmentOf(name, environment),
      logFile: join(state.logs, `${name}.log`),
    });
    await record.addChild(child.pid);
    return child;
  });
  return app.ready;
}
