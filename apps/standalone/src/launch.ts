import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startEmbeddedPostgres } from '@mts/embedded-postgres';

import { ChildApp } from './child-app.js';
import { environmentOf, environmentOfAdmin, type LauncherConfig, openOptionsOf } from './configuration.js';
import { bringUpToDate } from './database.js';
import type { Fleet, PartName } from './fleet.js';
import { KeptPart } from './kept-part.js';
import { LaunchError } from './launch-error.js';
import { LogFile } from './log-file.js';
import { OtherSeeders } from './other-seeders.js';
import { lacksRoom } from './room.js';
import type { RunningRecord } from './running-record.js';
import { SAMPLE, simulatedIda } from './simulator.js';
import { keyPlaces, type StateFolder } from './state-folder.js';

type App = Exclude<PartName, 'postgres'>;

const LOG_LOOK_EVERY_MS = 10_000;

/** What a start needs to know. */
export interface Launch {
  readonly config: LauncherConfig;
  readonly environment: NodeJS.ProcessEnv;
  readonly state: StateFolder;
  readonly record: RunningRecord;
  readonly fleet: Fleet;
  /** Tells the operator something, in one line. */
  readonly say: (line: string) => void;
}

/** Where all that was started can be reached. */
export interface Launched {
  readonly url: string;
  readonly databaseUrl: string;
  /** Undefined where a real IDA is asked. */
  readonly simulatorUrl: string | undefined;
}

/** What the apps of a start print. */
interface Logged extends Launch {
  readonly logs: LogFile[];
}

/** Starts everything and waits until it is ready. */
export async function launch(given: Launch): Promise<Launched> {
  const start: Logged = { ...given, logs: [] };
  const [databaseUrl, simulatorUrl] = await Promise.all([prepareDatabase(start), startSimulator(start)]);
  // What the seeder must know of IDA beside the environment.
  const ida =
    simulatorUrl === undefined
      ? {}
      : await simulatedIda(start.environment, start.state.simulator, simulatorUrl);
  const shared = {
    ...start.environment,
    ...keyPlaces(start.environment, start.state),
    DATABASE_URL: databaseUrl,
    MTS_DATABASE_SCHEMA: start.config.databaseSchema,
    MTS_QUEUE_SCHEMA: start.config.queueSchema,
  };
  start.record.setDatabase({
    url: databaseUrl,
    schema: start.config.databaseSchema,
    ...(start.config.databaseUrl === undefined && { isItsOwn: true }),
    options: environmentOfAdmin(shared),
  });
  const seeder = { ...shared, ...ida };
  await start.fleet.start(async () =>
    Promise.resolve(new OtherSeeders(start.state.run, start.record, start.say)),
  );
  start.record.setSeeder({
    options: openOptionsOf('seeder', seeder),
    ...(simulatorUrl === undefined ? {} : { simulatorUrl }),
  });
  const [url] = await Promise.all([
    startApp(start, 'gateway', shared),
    startApp(start, 'seeder', seeder),
    startApp(start, 'scheduler', shared),
  ]);
  for (const log of start.logs) log.keep();
  start.record.setUrl(url);
  return { url, databaseUrl, simulatorUrl };
}

async function prepareDatabase(start: Launch): Promise<string> {
  const url = start.config.databaseUrl ?? (await startPostgres(start));
  await bringUpToDate(url, start.config);
  return url;
}

async function startPostgres({ config, state, fleet, say }: Launch): Promise<string> {
  // Of the first start, for all others: the apps know no other address.
  let port = config.postgresPort;
  let dataDir = state.postgres;
  const begin = async () => {
    const place = { dataDir: state.postgres, ...(port === 0 ? {} : { port }) };
    const postgres = await startEmbeddedPostgres(place).catch(advise);
    ({ port, dataDir } = postgres);
    // It ends when this process does; nothing harder is needed, or good for its data.
    return { ...postgres, name: 'postgres' as const, ready: Promise.resolve(), kill: () => undefined };
  };
  const kept = await fleet.start(async () =>
    KeptPart.start(begin, { say: withTime(say), passing: () => lackOfRoom(dataDir) }),
  );
  kept.keep();
  return kept.part.url;
}

/** PostgreSQL ends when it cannot write its log. */
function lackOfRoom(dataDir: string): string | undefined {
  return lacksRoom([dataDir, join(dataDir, 'pg_wal')])
    ? 'PostgreSQL has stopped, for its disk is full. It is started again as soon as there is room.'
    : undefined;
}

function advise(error: Error): never {
  const advice =
    'MTS_POSTGRES_PORT names another port, MTS_STATE_DIR another folder, DATABASE_URL a PostgreSQL of your own.';
  throw new LaunchError(`${error.message}\n${advice}`, { cause: error });
}

async function startSimulator(start: Logged): Promise<string | undefined> {
  if (!start.config.simulatesIda) return undefined;
  return startApp(start, 'ida-simulator', {
    ...start.environment,
    IDA_SIMULATOR_DIR: start.state.simulator,
    IDA_SIMULATOR_POPULATION: start.config.population ?? SAMPLE.population,
    IDA_SIMULATOR_PORT: String(start.config.simulatorPort),
    IDA_SIMULATOR_VERSION: start.config.simulatedVersion,
  });
}

/** Where an app is told its port. A restarted one takes the port of before: others know it by that. */
const PORT_VARIABLES: Partial<Record<App, string>> = {
  gateway: 'MTS_GATEWAY_PORT',
  'ida-simulator': 'IDA_SIMULATOR_PORT',
};

async function startApp(
  { state, record, fleet, say, logs }: Logged,
  name: App,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const env = environmentOf(name, environment);
  const log = new LogFile(join(state.logs, `${name}.log`));
  logs.push(log);
  setInterval(() => log.limit(), LOG_LOOK_EVERY_MS).unref();
  const begin = async (): Promise<ChildApp> => {
    const child = await ChildApp.start({
      name,
      script: fileURLToPath(import.meta.resolve(`@mts/${name}/main`)),
      env,
      log,
    });
    await record.addChild(child.pid);
    return child;
  };
  const kept = await fleet.start(async () => KeptPart.start(begin, { say: withTime(say), passing: lack }));
  const ready = await kept.part.ready;
  const variable = PORT_VARIABLES[name];
  if (variable !== undefined) env[variable] = new URL(ready).port;
  kept.keep();
  return ready;
}

/** What an app waits for; one that cannot start for lack of the database says so at its end, see startFailure. */
function lack(error: Error): string | undefined {
  if ('code' in error && error.code === 'ENOSPC')
    return 'The disk is full. What has ended is started again as soon as there is room.';
  const [who, rest] = error.message.split(': The database of DATABASE_URL cannot be used');
  return rest === undefined
    ? undefined
    : `${who}, for the database cannot be used. It is started again until it can.`;
}

/** For what happens by itself, at whatever time. */
function withTime(say: Launch['say']): Launch['say'] {
  return (line) => say(`${new Date().toISOString().slice(0, 19)}Z ${line}`);
}
