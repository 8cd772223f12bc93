import { closeSync, existsSync, writeFileSync, writeSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
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
  return readFile(`${log.path}${suffix}`, 'utf8');
}

it('keeps the logs of five starts before, the latest first', async () => {
  for (let start = 1; start <= 8; start += 1) {
    log.begin();
    writeFileSync(log.path, `start ${start}`);
  }
  const kept = await Promise.all(['', '.1', '.2', '.3', '.4', '.5'].map(textOf));
  expect(kept).toEqual(['start 8', 'start 7', 'start 6', 'start 5', 'start 4', 'start 3']);
  expect(existsSync(`${log.path}.6`)).toBe(false);
});

it('sets a file aside that has grown too large, while an app goes on writing', async () => {
  const app = log.open();
  writeSync(app, 'a line\n');
  log.limit();
  expect(existsSync(`${log.path}.1`)).toBe(false);
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
