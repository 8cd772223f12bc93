import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { until } from '@mts/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { ChildApp } from './child-app.js';
import { LogFile } from './log-file.js';
import { identify } from './processes.js';

const OBEDIENT = `
  console.log('started with', process.env.ANSWER);
  process.once('SIGTERM', () => { console.log('stopped'); process.exit(0); });
  process.once('disconnect', () => process.exit(0));
  process.send({ ready: 'http://127.0.0.1:1' });`;

let folder: string;
let log: LogFile;
const apps: ChildApp[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mts-child-'));
  log = new LogFile(join(folder, 'seeder.log'));
});
afterEach(async () => {
  for (const app of apps.splice(0)) app.kill();
  await rm(folder, { recursive: true });
});

async function start(source: string): Promise<ChildApp> {
  const script = join(folder, 'app.mjs');
  await writeFile(script, source);
  const app = await ChildApp.start({ name: 'seeder', script, log, env: { ANSWER: '42' } });
  apps.push(app);
  return app;
}

it('hands out what the app says when it is ready, and keeps what it prints', async () => {
  const app = await start(OBEDIENT);
  expect(await app.ready).toBe('http://127.0.0.1:1');
  await app.stop();
  expect(await readFile(log.path, 'utf8')).toBe('started with 42\nstopped\n');
});

it('writes on in the log of the one whose place it takes', async () => {
  const first = await start(OBEDIENT);
  await first.ready;
  await first.stop();
  const second = await start(OBEDIENT);
  await second.ready;
  expect(await readFile(log.path, 'utf8')).toBe('started with 42\nstopped\nstarted with 42\n');
});

it('tells why an app does not start, if the app has a sentence for that', async () => {
  const app = await start(`
    console.error('MTS_IDA_API_KEY is missing.');
    process.send({ failed: 'MTS_IDA_API_KEY is missing.' }, undefined, undefined, () => process.exit(1));`);
  await expect(app.ready).rejects.toThrow(
    `The seeder does not start: MTS_IDA_API_KEY is missing.\nIts log: ${log.path}`,
  );
});

it('tells the end of the log of an app that ends without a word', async () => {
  const app = await start("console.error('MTS_IDA_API_KEY is missing.'); process.exitCode = 1;");
  await expect(app.ready).rejects.toThrow(
    /The seeder has ended with code 1.*\n.*MTS_IDA_API_KEY is missing\./,
  );
});

it('tells that an app has ended by itself', async () => {
  const app = await start(OBEDIENT);
  await app.ready;
  process.kill(app.pid, 'SIGKILL');
  expect((await app.lost).message).toContain('The seeder has ended with SIGKILL');
});

it('does not outlive its launcher, even if that is killed', async () => {
  const script = join(folder, 'app.mjs');
  await writeFile(script, OBEDIENT);
  const launcherScript = join(folder, 'launcher.mjs');
  await writeFile(
    launcherScript,
    `import { fork } from 'node:child_process';
    const child = fork(${JSON.stringify(script)}, { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    child.once('message', () => console.log(child.pid));`,
  );
  const launcher = spawn(process.execPath, [launcherScript], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [pid] = (await once(launcher.stdout, 'data')) as [Buffer];
  launcher.kill('SIGKILL');
  const isGone = async (): Promise<boolean> => (await identify(Number(pid))) === undefined;
  expect(await until(isGone)).toBe(true);
});
