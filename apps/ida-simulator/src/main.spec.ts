import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { builtApp, spawnApp, until } from '@mts/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const SIMULATOR = builtApp('ida-simulator');

let folder: string;
let env: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulator-main-'));
  await writeFile(join(folder, 'population.ndjson'), '');
  env = {
    IDA_SIMULATOR_DIR: join(folder, 'pki'),
    IDA_SIMULATOR_POPULATION: join(folder, 'population.ndjson'),
    IDA_SIMULATOR_PORT: '0',
  };
});
afterAll(async () => rm(folder, { recursive: true }));

async function isUp(url: string): Promise<boolean> {
  return fetch(`${url}/health`).then(
    ({ ok }) => ok,
    () => false,
  );
}

describe('the process', () => {
  it('says where it can be reached, answers there, and ends when it is told to', async () => {
    const simulator = await spawnApp(SIMULATOR, { env });
    expect(simulator.ready).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const answer = await fetch(`${simulator.ready}/idauthentication/v1/auth/a/b/c`, { method: 'POST' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('response-signature')).not.toBeNull();
    expect(await simulator.stop('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(simulator.output()).toBe('');
  });

  it('stands in for the version that it is told to', async () => {
    const simulator = await spawnApp(SIMULATOR, { env: { ...env, IDA_SIMULATOR_VERSION: '1.1.5' } });
    const answer = await fetch(`${simulator.ready}/idauthentication/v1/auth/a/b/c`, {
      method: 'POST',
      body: 'no JSON, which only 1.1.5 answers with HTTP 200',
    });
    expect(answer.status).toBe(200);
    await simulator.stop();
  });

  it('ends with the process that started it', async () => {
    const parent = join(folder, 'parent.mjs');
    const source = `import { fork } from 'node:child_process';
      fork(${JSON.stringify(SIMULATOR)}).on('message', (message) => process.send(message));`;
    await writeFile(parent, source);
    const starter = await spawnApp(parent, { env });
    expect(await isUp(starter.ready)).toBe(true);
    await starter.stop('SIGKILL');
    await until(async () => !(await isUp(starter.ready)));
  });
});

describe('the process does not start, and says why,', () => {
  it('if its port is taken', async () => {
    const simulator = await spawnApp(SIMULATOR, { env });
    const { port } = new URL(simulator.ready);
    const second = spawnApp(SIMULATOR, { env: { ...env, IDA_SIMULATOR_PORT: port } });
    await expect(second).rejects.toThrow(`Port ${port} is taken; choose another one (IDA_SIMULATOR_PORT).`);
    await simulator.stop();
  });

  it.each([
    [{ IDA_SIMULATOR_VERSION: '1.2' }, 'must be one of 1.1.5, 1.2.0, 1.2.0.1, 1.2.1, 1.3.0'],
    [
      { IDA_SIMULATOR_POPULATION: '/nowhere' },
      'IDA_SIMULATOR_POPULATION names /nowhere, which cannot be read',
    ],
  ])('with %j', async (change, sentence) => {
    await expect(spawnApp(SIMULATOR, { env: { ...env, ...change } })).rejects.toThrow(sentence);
  });
});
