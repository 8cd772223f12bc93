import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { installQueues } from '@mts/queue';
import { Database, migrate, SeederStore } from '@mts/store';
import { createTestDatabase, dropTestDatabase, until } from '@mts/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { openOptionsOf } from './configuration.js';
import { identify } from './processes.js';
import { simulatedIda } from './simulator.js';
import { stateFolder } from './state-folder.js';

const COMMAND = fileURLToPath(new URL('../dist/seeder.js', import.meta.url));
/** Nobody listens there: the seeder becomes ready, and is held. */
const SIMULATOR = 'http://127.0.0.1:1';

let url: string;
let database: Database;
let folder: string;
let launcher: ChildProcess;
let said: string;
beforeEach(async () => {
  url = await createTestDatabase();
  await migrate(url, 'mts');
  await installQueues(url, 'mts_queue');
  database = await Database.open({ url, schema: 'mts', app: 'spec', connectionsMax: 2 });
  folder = await mkdtemp(join(tmpdir(), 'mts-seeder-'));
  launcher = spawn(process.execPath, ['--eval', 'setInterval(() => undefined, 1e6)']);
  said = '';
  await runs();
});
afterEach(async () => {
  launcher.kill();
  await database.close();
  await dropTestDatabase(url);
  await rm(folder, { recursive: true });
});

/** An npm start uses the folder, as its record says. */
async function runs(): Promise<void> {
  const { run, simulator, keys } = stateFolder(folder);
  const options = openOptionsOf('seeder', await simulatedIda({}, simulator, SIMULATOR));
  await mkdir(run, { recursive: true });
  await mkdir(keys, { recursive: true });
  const record = {
    user: 'npm start',
    launcher: await identify(launcher.pid ?? 0),
    children: [],
    database: { url, schema: 'mts', options: {} },
    seeder: { options: { ...options, MTS_KEK_FILE: join(keys, 'kek') }, simulatorUrl: SIMULATOR },
  };
  await writeFile(join(run, 'launcher.json'), JSON.stringify(record));
}

function start(): ChildProcess {
  const env = { PATH: process.env['PATH'], MTS_STATE_DIR: folder };
  const command = spawn(process.execPath, [COMMAND], { env });
  command.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  return command;
}

async function seedersAlive(): Promise<number> {
  return (await new SeederStore(database).live()).length;
}

it('one seeder more works beside an npm start, and ends when that does', async () => {
  const command = start();
  const exit = once(command, 'exit');
  await until(() => said.includes('It is ready.'));
  expect(await seedersAlive()).toBe(1);
  launcher.kill();
  expect(await exit).toEqual([0, null]);
  expect(said).toMatch(/npm start \(process \d+\) has ended, and so does this seeder\./);
  expect(await seedersAlive()).toBe(0);
});

it('ends in good order when it is told to', async () => {
  const command = start();
  const exit = once(command, 'exit');
  await until(() => said.includes('It is ready.'));
  command.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
  expect(await seedersAlive()).toBe(0);
});

it('says in a sentence what it lacks', async () => {
  await rm(stateFolder(folder).run, { recursive: true });
  expect(await once(start(), 'exit')).toEqual([1, null]);
  await until(() => said.startsWith('No npm start runs in this folder.'));
});
