import { closeSync, existsSync, writeFileSync, writeSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { LOG_SIZE_BYTES_MAX, LogFile } from './log-file.js';

let folder: string;
let log: LogFile;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mts-log-'));
  log = new LogFile(join(folder, 'seeder.log'));
});
afterEach(async () => rm(folder, { recursive: true }));

async function textOf(suffix: string): Promise<string> {
  return readFile(join(folder, `seeder.log${suffix}`), 'utf8');
}

it('keeps the logs of five starts before, the latest first', async () => {
  for (let start = 1; start <= 8; start += 1) {
    log = new LogFile(join(folder, 'seeder.log'));
    writeFileSync(log.path, `start ${start}`);
    log.keep();
  }
  const kept = await Promise.all(['', '.1', '.2', '.3', '.4', '.5'].map(textOf));
  expect(kept).toEqual(['start 8', 'start 7', 'start 6', 'start 5', 'start 4', 'start 3']);
  expect(existsSync(join(folder, 'seeder.log.6'))).toBe(false);
});

it('sets nothing aside for starts that fail, and keeps what they have printed', async () => {
  writeFileSync(log.path, 'a start that went well\n');
  log.keep();
  for (let start = 1; start <= 8; start += 1) {
    const failing = new LogFile(join(folder, 'seeder.log'));
    writeFileSync(failing.path, `failure ${start}\n`, { flag: 'a' });
  }
  expect(await readdir(folder)).toEqual(['seeder.log', 'seeder.log.starting']);
  expect(await textOf('')).toBe('a start that went well\n');

  const last = new LogFile(join(folder, 'seeder.log'));
  const app = last.open();
  last.keep();
  writeSync(app, 'up\n');
  closeSync(app);
  expect(await textOf('.1')).toBe('a start that went well\n');
  expect(await textOf('')).toMatch(/^failure 1\n[^]*failure 8\nup\n$/);
  expect(await readdir(folder)).toEqual(['seeder.log', 'seeder.log.1']);
});

it('sets a file aside that has grown too large, while an app goes on writing', async () => {
  log.keep();
  const app = log.open();
  writeSync(app, 'a line\n');
  log.limit();
  expect(existsSync(join(folder, 'seeder.log.1'))).toBe(false);
  writeSync(app, Buffer.alloc(LOG_SIZE_BYTES_MAX, 'x'));
  log.limit();
  writeSync(app, 'the next line\n');
  closeSync(app);
  expect(await textOf('')).toBe('the next line\n');
  expect(await textOf('.1')).toMatch(/^a line\nx{100}/);
});

it('shows the last lines of one life of an app', () => {
  writeFileSync(log.path, 'a former life\n');
  const began = log.sizeBytes;
  const app = log.open();
  writeSync(app, 'one\ntwo\nthree\n');
  closeSync(app);
  expect(log.lastLines(2, began)).toEqual(['two', 'three']);
  expect(log.lastLines(9, began)).toEqual(['one', 'two', 'three']);
  expect(log.lastLines(9, 1_000_000)).toEqual(['a former life', 'one', 'two', 'three']);
});
