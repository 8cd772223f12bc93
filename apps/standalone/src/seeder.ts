import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { ConfigError } from '@mts/platform';

import { anotherSeeder, type AnotherSeeder } from './another-seeder.js';
import { LaunchError } from './launch-error.js';
import { isRunning } from './processes.js';
import { described, type Run } from './running-record.js';

/** `npm run seeder`: one seeder more, in the foreground. Its log goes to stdout, what is said to the operator to stderr. */
const LOOK_EVERY_MS = 1000;

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
  seeder.once('message', (message) => {
    if (typeof message === 'object' && 'ready' in message) say('It is ready. Ctrl-C stops it.');
  });
  // It takes one for all of them, and ends in good order.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => seeder.kill('SIGTERM'));
  const watch = beside && endWith(beside, () => seeder.kill('SIGTERM'));
  const [code] = (await once(seeder, 'exit')) as [number | null];
  clearInterval(watch);
  return code ?? 1;
}

/** Without its `npm start` it has no database any more, or one that moves. */
function endWith(start: Run, end: () => void): NodeJS.Timeout {
  const watch = setInterval(() => void look(), LOOK_EVERY_MS);
  const look = async (): Promise<void> => {
    if (await isRunning(start.launcher)) return;
    clearInterval(watch);
    say(`${described(start)} has ended, and so does this seeder.`);
    end();
  };
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
