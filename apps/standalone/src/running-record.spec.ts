import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { until } from '@mts/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { identify, type ProcessId } from './processes.js';
import { described, type Run, RunningRecord } from './running-record.js';

let folder: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mts-run-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

async function startProcess(): Promise<{ child: ChildProcess; id: ProcessId }> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1e6)']);
  children.push(child);
  await once(child, 'spawn');
  const id = await identify(child.pid ?? 0);
  if (!id) throw new Error('The process has not started');
  return { child, id };
}

async function leaveRecord(run: Run): Promise<void> {
  await writeFile(join(folder, `launcher-${run.launcher.pid}.json`), JSON.stringify(run));
}

it('gives way to a launcher that lives, and tells where its API is', async () => {
  const { id } = await startProcess();
  await leaveRecord({ user: 'npm start', launcher: id, url: 'http://127.0.0.1:8080', children: [] });
  expect(await RunningRecord.claim(folder, 'npm start')).toMatchObject({ url: 'http://127.0.0.1:8080' });
  expect(await readdir(folder)).toHaveLength(1);
});

it('tells those who administer it where its database is, as long as it runs, and nobody else', async () => {
  expect(await RunningRecord.running(join(folder, 'never-used'))).toBeUndefined();
  const record = await RunningRecord.claim(folder, 'npm start');
  if (!(record instanceof RunningRecord)) throw new Error('the folder is free');
  record.setDatabase({ url: 'postgres://user:password@127.0.0.1/mts', schema: 'mts', options: {} });
  expect((await RunningRecord.running(folder))?.database?.schema).toBe('mts');
  const [file = ''] = await readdir(folder);
  expect((await stat(join(folder, file))).mode & 0o077).toBe(0);
  await record.remove();
  expect(await RunningRecord.running(folder)).toBeUndefined();
});

it('takes the place of a launcher that was killed', async () => {
  const { child, id } = await startProcess();
  await leaveRecord({ user: 'npm start', launcher: id, children: [] });
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await RunningRecord.claim(folder, 'npm start')).toBeInstanceOf(RunningRecord);
  expect(await readdir(folder)).toHaveLength(1);
});

it('those who live off a launcher learn that it stops, and that it has ended, however it did', async () => {
  const record = await RunningRecord.claim(folder, 'npm start');
  if (!(record instanceof RunningRecord)) throw new Error('the folder is free');
  const launcher = (await RunningRecord.running(folder))?.launcher;
  if (launcher === undefined) throw new Error('this process runs');
  expect((await RunningRecord.of(folder, launcher))?.isStopping).toBeUndefined();
  record.setStopping();
  expect((await RunningRecord.of(folder, launcher))?.isStopping).toBe(true);
  await record.remove();
  expect(await RunningRecord.of(folder, launcher)).toBeUndefined();

  const { child, id } = await startProcess();
  const run: Run = { user: 'npm start', launcher: id, children: [] };
  await writeFile(join(folder, `launcher-${id.pid}-${id.startedAt}.json`), JSON.stringify(run));
  expect(await RunningRecord.of(folder, id)).toEqual(run);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await RunningRecord.of(folder, id)).toBeUndefined();
});

it('is not misled by a later process that has got the number of a dead launcher', async () => {
  const { id } = await startProcess();
  await leaveRecord({ user: 'npm start', launcher: { ...id, startedAt: '1' }, children: [] });
  expect(await RunningRecord.claim(folder, 'npm start')).toBeInstanceOf(RunningRecord);
});

it('waits for the children of a killed launcher, which are about to end', async () => {
  const { child, id } = await startProcess();
  await leaveRecord({ user: 'npm start', launcher: { pid: id.pid, startedAt: '1' }, children: [id] });
  const childAfterwards = RunningRecord.claim(folder, 'npm start').then(async () => identify(id.pid));
  await until(async () => (await readdir(folder)).length === 2);
  child.kill();
  expect(await childAfterwards).toBeUndefined();
});

it('leaves nothing when it is removed', async () => {
  const record = await RunningRecord.claim(folder, 'npm start');
  if (!(record instanceof RunningRecord)) throw new Error('The folder is free, so it can be claimed');
  await record.addChild(process.pid);
  record.setUrl('http://127.0.0.1:8080');
  await record.remove();
  expect(await readdir(folder)).toEqual([]);
});

it('waits for another command that uses the folder, names it, and then has its turn', async () => {
  const { child, id } = await startProcess();
  await leaveRecord({ user: 'npm run admin', launcher: id, children: [] });
  const told: string[] = [];
  const turn = RunningRecord.claimInTurn(
    folder,
    'npm start',
    () => true,
    (line) => told.push(line),
  );
  await until(() => told.length > 0);
  expect(told).toEqual([`npm run admin (process ${id.pid}) uses the database of this folder; waiting ...`]);
  expect(await readdir(folder)).toHaveLength(1);
  child.kill('SIGKILL');
  expect(await turn).toBeInstanceOf(RunningRecord);
  expect(told).toHaveLength(1);
});

it('waits for no run whose end is not wanted, and tells which it is', async () => {
  const { id } = await startProcess();
  await leaveRecord({ user: 'npm start', launcher: id, children: [] });
  const other = await RunningRecord.claimInTurn(
    folder,
    'npm start',
    ({ user }) => user !== 'npm start',
    () => undefined,
  );
  expect(other instanceof RunningRecord || described(other)).toBe(`npm start (process ${id.pid})`);
});
