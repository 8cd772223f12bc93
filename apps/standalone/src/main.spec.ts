import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { until } from '@mts/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { RunningRecord } from './running-record.js';
import { stateFolder } from './state-folder.js';

const COMMAND = fileURLToPath(new URL('../dist/main.js', import.meta.url));

let folder: string;
let launcher: ChildProcess;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mts-main-'));
});
afterEach(async () => {
  launcher.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

it('a signal while it waits for its turn ends it as one later does, also where nothing else would end it', async () => {
  await RunningRecord.claim(stateFolder(folder).run, 'npm run admin');
  const waiting = spawn(process.execPath, [COMMAND], { env: { MTS_STATE_DIR: folder } });
  launcher = waiting;
  const exit = once(waiting, 'exit');
  let said = '';
  waiting.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  await until(() => said.includes('waiting ...'));
  waiting.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
});
