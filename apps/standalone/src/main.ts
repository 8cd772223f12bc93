import { parseArgs } from 'node:util';

import { ConfigError } from '@mts/platform';

import { ApiClient } from './api-client.js';
import { type LauncherConfig, readStartConfig } from './configuration.js';
import { isUnused } from './database.js';
import { Fleet } from './fleet.js';
import { idaLine } from './ida-line.js';
import { type Launch, launch } from './launch.js';
import { LaunchError } from './launch-error.js';
import { assertPortIsFree } from './port.js';
import { Progress } from './progress.js';
import { readResults } from './result-file.js';
import { described, type Run, RunningRecord } from './running-record.js';
import { seedList } from './sample-job.js';
import { SAMPLE } from './simulator.js';
import { openStateFolder } from './state-folder.js';
import { summary } from './summary.js';

type Ending = 'done' | 'interrupted';

const NOTHING_TO_DO_ONCE =
  '--once ends when the sample list is done, and that list is for the simulator and its own people alone, and for a gateway that takes it from anybody: leave --once out, or MTS_IDA_AUTH_URL, IDA_SIMULATOR_POPULATION and MTS_CALLERS.';
const NOT_AGAIN =
  'Lists have been handed in here before, so the sample list is not: npm start -- --once turns that into Token IDs again, and ends.';
const HOW_TO_MAKE_A_KEY =
  'Callers must prove who they are, see docs/guide/callers.md. A key: npm run admin -- api-key create --name <name> --roles submit,read';
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const { values: options } = parseArgs({ options: { once: { type: 'boolean' }, port: { type: 'string' } } });
/** A signal to the whole process group comes again by npm and bootstrap.mjs, which pass it on. */
const ONE_SIGNAL_MS = 1000;
const fleet = new Fleet();
// The terminal may have been closed: to stop in order matters more than to say so.
process.stdout.on('error', () => undefined);
process.exit(await main());

/** @returns the exit code. */
async function main(): Promise<number> {
  const interrupted = interruption();
  const start = await Promise.race([prepare(), interrupted]).catch(complain);
  if (!start) return 1;
  // The record of one that has ended counts for nothing.
  if (start === 'interrupted') return exitCodeAfter(start);
  const lost = fleet.lost.then((error) => {
    throw error;
  });
  const ending = await Promise.race([work(start), lost, interrupted]).catch(complain);
  const stopped = await stop(start).catch(complain);
  return ending && stopped ? exitCodeAfter(ending) : 1;
}

function exitCodeAfter(ending: Ending): number {
  return ending === 'interrupted' && options.once ? 130 : 0;
}

/** What can be wrong before anything is started. */
async function prepare(): Promise<Launch> {
  const environment = {
    ...process.env,
    ...(options.port !== undefined && { MTS_GATEWAY_PORT: options.port }),
  };
  const config = readStartConfig(environment);
  if (options.once && !handsSampleIn(config)) throw new LaunchError(NOTHING_TO_DO_ONCE);
  const state = await openStateFolder(config.stateDirectory);
  const record = await RunningRecord.claimInTurn(state.run, 'npm start', endsSoon, say);
  if (!(record instanceof RunningRecord)) {
    const where = record.url === undefined ? 'is about to start' : `runs already, at ${record.url}`;
    throw new LaunchError(`The token seeder of this folder ${where}: ${described(record)}.`);
  }
  try {
    if (config.gatewayPort !== 0) await assertPortIsFree(config.gatewayPort);
  } catch (error) {
    await record.remove();
    throw error;
  }
  return { config, environment, state, record, fleet, say };
}

/** Unlike another `npm start`. */
function endsSoon({ user }: Run): boolean {
  return user === 'npm run admin';
}

async function work(start: Launch): Promise<Ending> {
  const { config, state } = start;
  const parts = [
    ...(config.databaseUrl === undefined ? ['PostgreSQL'] : []),
    ...(config.simulatesIda ? ['IDA simulator'] : []),
    'gateway, seeder, scheduler',
  ];
  say(`Starting ${parts.join(', ')} ...`);
  const beganAt = Date.now();
  const { url, databaseUrl, simulatorUrl } = await launch(start);
  say(`Ready after ${((Date.now() - beganAt) / 1000).toFixed(1)} s.`);
  const api = new ApiClient(url);
  say(await stateOfIda(api, config));
  if (handsSampleIn(config)) {
    if (options.once || (await isUnused(databaseUrl, config.databaseSchema)))
      await runSample(api, state.resultFile);
    else say(NOT_AGAIN);
  }
  if (config.knowsCallers) say(HOW_TO_MAKE_A_KEY);
  say(`\nThe API is at ${url}, its description at ${url}/docs; logs are in ${state.logs}.`);
  if (simulatorUrl !== undefined) {
    say(
      `The IDA simulator is at ${simulatorUrl} (IDA_SIMULATOR_PORT fixes the port); its faults are steered there, see apps/ida-simulator/README.md.`,
    );
  }
  if (options.once) return 'done';
  say('Ctrl-C stops it.');
  return new Promise(() => undefined);
}

async function stop({ record }: Launch): Promise<Ending> {
  say('Stopping ...');
  await fleet.stop();
  await record.remove();
  say('Stopped.');
  return 'done';
}

/** For information: whatever it is, lists can be handed in. */
async function stateOfIda(api: ApiClient, config: LauncherConfig): Promise<string> {
  const ida = config.simulatesIda ? `The simulator of IDA ${config.simulatedVersion}` : 'IDA';
  try {
    return idaLine(await api.health(), ida);
  } catch (error) {
    return `Whether ${ida} can be asked could not be learnt: ${error instanceof Error ? error.message : 'no answer'}`;
  }
}

/** People of the operator's own, and a real IDA, do not know those of the sample list; and we have no key to hand it in with. */
function handsSampleIn(config: LauncherConfig): boolean {
  return config.simulatesIda && config.population === undefined && !config.knowsCallers;
}

async function runSample(api: ApiClient, resultFile: string): Promise<void> {
  say('\nTurning the sample list into Token IDs:');
  const beganAt = Date.now();
  await seedList(api, SAMPLE.list, resultFile, new Progress(process.stdout));
  const elapsedMs = Date.now() - beganAt;
  say(`\n${summary(await readResults(resultFile), { elapsedMs, file: resultFile })}`);
}

/** The first signal asks for an orderly end, the second one for an end at once. */
async function interruption(): Promise<'interrupted'> {
  return new Promise((resolve) => {
    let firstAtMs = Infinity;
    const onSignal = (): void => {
      if (performance.now() - firstAtMs > ONE_SIGNAL_MS) endAtOnce();
      firstAtMs = Math.min(firstAtMs, performance.now());
      resolve('interrupted');
    };
    for (const signal of signals) process.on(signal, onSignal);
  });
}

function endAtOnce(): void {
  fleet.kill();
  process.exit(130);
}

/** In a sentence, if it is no defect of ours. */
function complain(error: unknown): undefined {
  const isPlain = error instanceof LaunchError || error instanceof ConfigError;
  process.stderr.write(`${isPlain ? error.message : String((error as Error).stack ?? error)}\n`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
