import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { spawnApp } from './index.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mts-spawn-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function script(name: string, source: string): Promise<string> {
  const path = join(folder, `${name}.mjs`);
  await writeFile(path, source);
  return path;
}

it('hands out what the app said when it became ready, and stops it', async () => {
  const app = await spawnApp(
    await script(
      'obedient',
      `process.once('SIGTERM', () => process.exit(3));
      process.once('disconnect', () => process.exit());
      process.send({ ready: process.argv[2] });`,
    ),
    { args: ['http://127.0.0.1:1'] },
  );
  expect(app.ready).toBe('http://127.0.0.1:1');
  expect(await app.stop()).toEqual({ code: 3, signal: null });
});

it('configures the app by the given variables alone', async () => {
  process.env['MTS_OF_THE_DEVELOPER'] = 'x';
  const source =
    "process.send({ ready: Object.keys(process.env).filter((n) => n.startsWith('MTS_')).join() });";
  const app = await spawnApp(await script('configured', source), { env: { MTS_OF_THE_TEST: 'y' } });
  delete process.env['MTS_OF_THE_DEVELOPER'];
  expect(app.ready).toBe('MTS_OF_THE_TEST');
  await app.stop();
});

it('tells what an app printed that ended instead of becoming ready', async () => {
  const broken = spawnApp(await script('broken', "console.error('MTS_X is missing'); process.exitCode = 1;"));
  await expect(broken).rejects.toThrow('MTS_X is missing');
  await expect(broken).rejects.toMatchObject({ cause: { message: 'It ended with code 1' } });
});

it('ends an app that stays silent', async () => {
  const silent = spawnApp(await script('silent', 'setInterval(() => undefined, 1e6);'), {
    readyTimeoutMs: 1,
  });
  await expect(silent).rejects.toThrow('did not become ready');
});
