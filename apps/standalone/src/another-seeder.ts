import { environmentOf, openOptionsOf, readLauncherConfig, secretOptionsOf } from './configuration.js';
import { LaunchError } from './launch-error.js';
import { notCounting } from './not-counting.js';
import { described, type Run, RunningRecord, type RunSeeder } from './running-record.js';
import { simulatedIda } from './simulator.js';
import { keyPlaces, stateFolder } from './state-folder.js';

/** How another seeder is started. */
export interface AnotherSeeder {
  readonly environment: NodeJS.ProcessEnv;
  /** The `npm start` whose database it uses, and with which it ends. */
  readonly beside: Beside | undefined;
}

/** A run, and where its record is. */
export interface Beside {
  readonly folder: string;
  readonly run: Run;
}

const NOTHING_TO_GO_WITH =
  'No npm start runs in this folder. Start it first, or name with DATABASE_URL and the other variables what the seeders that there are have: see docs/guide/how-fast-it-asks.md.';

/**
 * As the seeder of the `npm start` that runs in this folder, unless DATABASE_URL names another database; else as the
 * environment says. Secrets that the running one was given by variables stand nowhere, and are taken from the environment.
 *
 * @param tell is told with whom it goes, and what of the environment does not count
 * @throws ConfigError, LaunchError
 */
export async function anotherSeeder(
  environment: NodeJS.ProcessEnv,
  tell: (line: string) => void,
): Promise<AnotherSeeder> {
  const { databaseUrl, stateDirectory } = readLauncherConfig(environment);
  const state = stateFolder(stateDirectory);
  const run = await RunningRecord.running(state.run);
  const running = run?.database?.url === (databaseUrl ?? run?.database?.url) ? run?.seeder : undefined;
  if (run?.database !== undefined && running !== undefined) {
    tell(`This seeder works beside the one of ${described(run)}, with its options.`);
    for (const line of notCounting(openOptionsOf('seeder', environment), running.options)) tell(line);
    const secrets = await secretsFor(running, environment, state.simulator);
    const ours = { ...running.options, ...secrets, DATABASE_URL: run.database.url };
    return { environment: { ...withoutOptions(environment), ...ours }, beside: { folder: state.run, run } };
  }
  if (databaseUrl === undefined) throw new LaunchError(NOTHING_TO_GO_WITH);
  tell('This seeder works with the options of this environment.');
  const all = { ...environment, ...keyPlaces(environment, state) };
  return { environment: environmentOf('seeder', all), beside: undefined };
}

async function secretsFor(
  { options, simulatorUrl }: RunSeeder,
  environment: NodeJS.ProcessEnv,
  simulatorFolder: string,
): Promise<NodeJS.ProcessEnv> {
  if (simulatorUrl !== undefined)
    return secretOptionsOf('seeder', await simulatedIda(options, simulatorFolder, simulatorUrl));
  const given = secretOptionsOf('seeder', environment);
  return Object.fromEntries(Object.entries(given).filter(([name]) => options[`${name}_FILE`] === undefined));
}

/** What is not ours, such as PATH. */
function withoutOptions(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const ours = { ...openOptionsOf('seeder', environment), ...secretOptionsOf('seeder', environment) };
  const left = Object.entries(environmentOf('seeder', environment)).filter(([name]) => !(name in ours));
  return Object.fromEntries(left);
}
