import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { until } from '@mts/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { OtherSeeders } from './other-seeders.js';
import { RunningRecord } from './running-record.js';

let folder: string;
let record: RunningRecord;
let seeder: ChildProcess;
const told: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mts-run-'));
  const claimed = await RunningRecord.claim(folder, 'npm start');
  if (!(claimed instanceof RunningRecord)) throw new Error('the folder is free');
  record = claimed;
  told.length = 0;
  seeder = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1e6)']);
  await once(seeder, 'spawn');
  await OtherSeeders.note(folder, seeder.pid ?? 0);
});
afterEach(async () => {
  seeder.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

function ofLauncher(stopTimeoutMs?: number): OtherSeeders {
  return new OtherSeeders(folder, record, (line) => told.push(line), stopTimeoutMs);
}

async function notes(): Promise<string[]> {
  return readdir(join(folder, 'seeders'));
}

it('a launcher that stops says for which seeder it waits, and forgets it when that has ended', async () => {
  let hasEnded = false;
  const stopped = ofLauncher()
    .stop()
    .then(() => (hasEnded = seeder.signalCode === 'SIGKILL'));
  await until(() => told.length > 0);
  expect((await RunningRecord.running(folder))?.isStopping).toBe(true);
  expect(await notes()).toHaveLength(1);
  seeder.kill('SIGKILL');
  await stopped;
  expect([hasEnded, await notes()]).toEqual([true, []]);
  expect(told).toEqual([
    `The seeder of npm run seeder (process ${String(seeder.pid)}) is told to end, and waited for.`,
  ]);
});

it('a seeder that was killed before is not waited for', async () => {
  seeder.kill('SIGKILL');
  await once(seeder, 'exit');
  await ofLauncher().stop();
  expect([told, await notes()]).toEqual([[], []]);
});

it('one that does not end is given up in the end, and said to be', async () => {
  await ofLauncher(0).stop();
  expect(told[1]).toBe(
    `The seeder of npm run seeder (process ${String(seeder.pid)}) has not ended in time, and is waited for no longer.`,
  );
  expect(await notes()).toHaveLength(1);
});
