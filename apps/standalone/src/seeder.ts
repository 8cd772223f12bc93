import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { ConfigError } from '@mts/platform';

import { anotherSeeder, type AnotherSeeder, type Beside } from './another-seeder.js';
import { LaunchError } from './launch-error.js';
import { OtherSeeders } from './other-seeders.js';
import { described, RunningRecord } from './running-record.js';

/** `npm run seeder`: one seeder more, in the foreground. Its log goes to stdout, what is said to the operator to stderr. */
const LOOK_EVERY_MS = 1000;

// The terminal may have been closed: to end in order matters more than to say so.
process.stderr.on('error', () => undefined);
process.exitCode = await main();

async function main(): Promise<number> {
  const start = await anotherSeeder(process.env, say).catch(complain);
  return start === undefined ? 1 : run(start);
}

async function run({ environment, beside }: AnotherSeeder): Promise<number> {
  const seeder = fork(fileURLToPath(import.meta.resolve('@mts/seeder/main')), {
    env: environment,
    execArgv: ['--enable-source-maps'],
  });
  const exit = once(seeder, 'exit') as Promise<[number | null]>;
  const end = (): void => void seeder.kill('SIGTERM');
  seeder.once('message', (message) => {
    if (typeof message === 'object' && 'ready' in message) say('It is ready. Ctrl-C stops it.');
  });
  // It takes one for all of them, and ends in good order.
  let isTold = false;
  const onSignal = (): void => {
    if (!isTold) say('Stopping ...');
    isTold = true;
    end();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  const watch = beside && (await endWith(beside, seeder.pid, end));
  const [code] = await exit;
  clearInterval(watch);
  if (code === 0) say('Stopped.');
  return code ?? 1;
}

/**
 * Without its `npm start` it has no database any more, or one that moves: that waits for it when it stops.
 *
 * @param pid of the seeder; none if it could not be started
 */
async function endWith(
  { folder, run: start }: Beside,
  pid: number | undefined,
  end: () => void,
): Promise<NodeJS.Timeout> {
  if (pid !== undefined) await OtherSeeders.note(folder, pid);
  const watch = setInterval(() => void look(), LOOK_EVERY_MS);
  const look = async (): Promise<void> => {
    const now = await RunningRecord.of(folder, start.launcher);
    if (now !== undefined && !now.isStopping) return;
    clearInterval(watch);
    const ending =
      now === undefined ? 'has ended, and so does this seeder' : 'is being stopped, and so is this seeder';
    say(`${described(start)} ${ending}.`);
    end();
  };
  await look();
  return watch;
}

/** In a sentence, if it is no defect of ours. */
function complain(error: unknown): undefined {
  const isPlain = error instanceof LaunchError || error instanceof ConfigError;
  say(isPlain ? error.message : String((error as Error).stack ?? error));
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
