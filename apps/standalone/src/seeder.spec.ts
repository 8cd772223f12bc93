import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { installQueues } from '@mts/queue';
import { Database, migrate, SeederStore } from '@mts/store';
import { createTestDatabase, dropTestDatabase, until } from '@mts/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { openOptionsOf } from './configuration.js';
import { Fleet } from './fleet.js';
import { OtherSeeders } from './other-seeders.js';
import { RunningRecord } from './running-record.js';
import { simulatedIda } from './simulator.js';
import { stateFolder } from './state-folder.js';

const COMMAND = fileURLToPath(new URL('../dist/seeder.js', import.meta.url));
/** Nobody listens there: the seeder becomes ready, and is held. */
const SIMULATOR = 'http://127.0.0.1:1';

let url: string;
let database: Database;
let folder: string;
let record: RunningRecord;
let said: string;
beforeEach(async () => {
  url = await createTestDatabase();
  await migrate(url, 'mts');
  await installQueues(url, 'mts_queue');
  database = await Database.open({ url, schema: 'mts', app: 'spec', connectionsMax: 2 });
  folder = await mkdtemp(join(tmpdir(), 'mts-seeder-'));
  said = '';
  record = await runs();
});
afterEach(async () => {
  await record.remove();
  await database.close();
  await dropTestDatabase(url);
  await rm(folder, { recursive: true });
});

/** An npm start, which is this process, uses the folder. */
async function runs(): Promise<RunningRecord> {
  const { run, simulator, keys } = stateFolder(folder);
  const options = openOptionsOf('seeder', await simulatedIda({}, simulator, SIMULATOR));
  await mkdir(keys, { recursive: true });
  const claimed = await RunningRecord.claim(run, 'npm start');
  if (!(claimed instanceof RunningRecord)) throw new Error('the folder is in use');
  claimed.setDatabase({ url, schema: 'mts', options: {} });
  claimed.setSeeder({
    options: { ...options, MTS_KEK_FILE: join(keys, 'kek') },
    simulatorUrl: SIMULATOR,
  });
  return claimed;
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
  await record.remove();
  expect(await exit).toEqual([0, null]);
  expect(said).toMatch(/npm start \(process \d+\) has ended, and so does this seeder\./);
  expect(await seedersAlive()).toBe(0);
});

it('an npm start that is stopped tells it to end, and takes nothing away from it before', async () => {
  const told: string[] = [];
  const fleet = new Fleet();
  await fleet.start(async () => new OtherSeeders(stateFolder(folder).run, record, (line) => told.push(line)));
  let aliveAtTheEnd: number | undefined;
  await fleet.start(async () => ({
    name: 'ida-simulator',
    lost: new Promise(() => undefined),
    stop: async () => void (aliveAtTheEnd = await seedersAlive()),
    kill: () => undefined,
  }));
  const command = start();
  const exit = once(command, 'exit');
  await until(() => said.includes('It is ready.'));
  await fleet.stop();
  expect(aliveAtTheEnd).toBe(0);
  expect(await exit).toEqual([0, null]);
  expect(said).toMatch(/npm start \(process \d+\) is being stopped, and so is this seeder\./);
  expect(told).toEqual([
    expect.stringMatching(/^The seeder of npm run seeder \(process \d+\) is told to end/),
  ]);
});

it('ends in good order when it is told to, however often, and says so once', async () => {
  const command = start();
  const exit = once(command, 'close');
  await until(() => said.includes('It is ready.'));
  command.kill('SIGINT');
  command.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
  expect(said).toMatch(/It is ready\. Ctrl-C stops it\.\nStopping \.\.\.\nStopped\.\n$/);
  expect(await seedersAlive()).toBe(0);
});

it('says in a sentence what it lacks', async () => {
  await rm(stateFolder(folder).run, { recursive: true });
  expect(await once(start(), 'exit')).toEqual([1, null]);
  await until(() => said.startsWith('No npm start runs in this folder.'));
});
