import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { installQueues } from '@mts/queue';
import { migrate } from '@mts/store';
import { builtApp, createTestDatabase, dropTestDatabase, spawnApp } from '@mts/testing';
import supertest from 'supertest';
import { afterAll, beforeAll, expect, it } from 'vitest';

let databaseUrl: string;
let folder: string;
let env: Record<string, string>;
beforeAll(async () => {
  databaseUrl = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'mts-main-'));
  env = {
    DATABASE_URL: databaseUrl,
    MTS_GATEWAY_PORT: '0',
    MTS_KEK_FILE: join(folder, 'kek'),
    NODE_ENV: 'test',
  };
});
afterAll(async () => {
  await dropTestDatabase(databaseUrl);
  await rm(folder, { recursive: true });
});

it('does not start on tables that are not there, and says what to run', async () => {
  await expect(spawnApp(builtApp('gateway'), { env })).rejects.toThrow('run the migrate command');
});

it('says where it can be reached when it is ready, and ends when it is told to', async () => {
  await migrate(databaseUrl, 'mts');
  await installQueues(databaseUrl, 'mts_queue');
  const gateway = await spawnApp(builtApp('gateway'), { env });
  expect(gateway.ready).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect((await supertest(gateway.ready).get('/health/ready')).status).toBe(200);

  const port = new URL(gateway.ready).port;
  const second = spawnApp(builtApp('gateway'), { env: { ...env, MTS_GATEWAY_PORT: port } });
  await expect(second).rejects.toThrow('choose another port (MTS_GATEWAY_PORT)');

  expect(await gateway.stop('SIGTERM')).toEqual({ code: 0, signal: null });
});

it('does not start where others could call and nobody would have to say who calls', async () => {
  const open = { ...env, MTS_GATEWAY_HOST: '0.0.0.0' };
  await expect(spawnApp(builtApp('gateway'), { env: open })).rejects.toThrow('MTS_CALLERS=api-key');
});

it.each(['production', 'development'])(
  'never invents a key where the database has been written with another, with NODE_ENV=%s',
  async (runtime) => {
    const mistyped = { ...env, NODE_ENV: runtime, MTS_KEK_FILE: join(folder, 'lost') };
    await expect(spawnApp(builtApp('gateway'), { env: mistyped })).rejects.toThrow(
      /no key file .*lost \(named by MTS_KEK_FILE.*and the database has been written with static-/,
    );
    expect(await readdir(folder)).toEqual(['kek']);
  },
);
