import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { migrate } from '@mts/store';
import { createTestDatabase, dropTestDatabase, until } from '@mts/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { RunningRecord } from '../running-record.js';
import { stateFolder } from '../state-folder.js';
import { withDeployment } from './deployment.js';

let url: string;
let folder: string;
let record: RunningRecord;
beforeAll(async () => {
  url = await createTestDatabase();
  await migrate(url, 'mts');
  folder = await mkdtemp(join(tmpdir(), 'mts-deployment-'));
  const claimed = await RunningRecord.claim(stateFolder(folder).run, 'npm start');
  if (!(claimed instanceof RunningRecord)) throw new Error('another one runs there');
  record = claimed;
  record.setDatabase({
    url,
    schema: 'mts',
    options: { MTS_KEK_FILE: join(folder, 'kek'), MTS_REQUEST_AGE_HOURS_MAX: '24' },
  });
});
afterAll(async () => {
  await record.remove();
  await dropTestDatabase(url);
  await rm(folder, { recursive: true });
});

async function told(environment: NodeJS.ProcessEnv) {
  const lines: string[] = [];
  const tell = (line: string): number => lines.push(line);
  const env = { MTS_STATE_DIR: folder, ...environment };
  const age = await withDeployment(env, tell, async ({ config }) =>
    Promise.resolve(config.requestAgeHoursMax),
  );
  return { lines, age };
}

it('works with the options of the npm start of the folder, and says so', async () => {
  expect(await told({ MTS_KEK_FILE: join(folder, 'kek'), MTS_REQUEST_AGE_HOURS_MAX: '' })).toEqual({
    lines: [expect.stringMatching(/^This is done on the npm start of this folder \(process \d+\)/)],
    age: 24,
  });
});

it('says which variables of its own environment have no effect, because that was started with others', async () => {
  const others = {
    MTS_KEK_FILE: '.mts/keys/nope',
    MTS_REQUEST_AGE_HOURS_MAX: '1',
    MTS_DATABASE_SCHEMA: 'other',
  };
  expect(await told(others)).toEqual({
    lines: [
      expect.stringContaining('npm start'),
      `MTS_KEK_FILE=.mts/keys/nope has no effect here: the npm start that runs has MTS_KEK_FILE=${join(folder, 'kek')}.`,
      'MTS_REQUEST_AGE_HOURS_MAX=1 has no effect here: the npm start that runs has MTS_REQUEST_AGE_HOURS_MAX=24.',
      'MTS_DATABASE_SCHEMA=other has no effect here: the npm start that runs has MTS_DATABASE_SCHEMA=mts.',
    ],
    age: 24,
  });
});

it('works with the options of its environment on another database, and names that without its password', async () => {
  const other = new URL(url);
  other.searchParams.set('application_name', 'another');
  const { lines, age } = await told({ DATABASE_URL: other.href, MTS_REQUEST_AGE_HOURS_MAX: '1' });
  expect([lines, age]).toEqual([
    [
      `This is done on the database ${other.host}${other.pathname}, schema mts, with the options of this environment.`,
    ],
    1,
  ]);
});

it('waits for an npm start that is just starting, names it, and then works on its database', async () => {
  const other = await mkdtemp(join(tmpdir(), 'mts-deployment-'));
  const claimed = await RunningRecord.claim(stateFolder(other).run, 'npm start');
  if (!(claimed instanceof RunningRecord)) throw new Error('another one runs there');
  const lines: string[] = [];
  const age = withDeployment(
    { MTS_STATE_DIR: other },
    (line) => lines.push(line),
    async ({ config }) => Promise.resolve(config.requestAgeHoursMax),
  );
  await until(() => lines.length > 0);
  claimed.setDatabase({ url, schema: 'mts', options: { MTS_REQUEST_AGE_HOURS_MAX: '7' } });
  expect(await age).toBe(7);
  expect(lines).toEqual([
    `npm start (process ${process.pid}) uses the database of this folder; waiting ...`,
    expect.stringContaining('This is done on the npm start of this folder'),
  ]);
  await claimed.remove();
  await rm(other, { recursive: true });
});

it('names the PostgreSQL of the npm start, and where its log is, when that cannot be used: nobody has set DATABASE_URL', async () => {
  const other = await mkdtemp(join(tmpdir(), 'mts-deployment-'));
  const claimed = await RunningRecord.claim(stateFolder(other).run, 'npm start');
  if (!(claimed instanceof RunningRecord)) throw new Error('another one runs there');
  const away = new URL(url);
  away.port = '1';
  const ended = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  const work = async (environment: NodeJS.ProcessEnv): Promise<unknown> =>
    withDeployment(
      { MTS_STATE_DIR: other, ...environment },
      () => undefined,
      async () => Promise.reject(ended),
    ).catch((error: unknown) => error);
  const sentence = (why: string): RegExp =>
    new RegExp(
      `^The PostgreSQL of this npm start cannot be used: .*${why}.*started again by itself.*${join(other, 'postgres.log')}`,
    );
  for (const [place, why] of [
    [away.href, 'ECONNREFUSED'],
    [url, 'ECONNRESET'],
  ] as const) {
    claimed.setDatabase({ url: place, schema: 'mts', options: {}, isItsOwn: true });
    expect(await work({})).toMatchObject({
      name: 'LaunchError',
      message: expect.stringMatching(sentence(why)),
    });
  }
  // One that was started with DATABASE_URL.
  claimed.setDatabase({ url: away.href, schema: 'mts', options: {} });
  expect(await work({})).toMatchObject({
    name: 'LaunchError',
    message: expect.stringMatching(/^The database of DATABASE_URL cannot be used: .*ECONNREFUSED/),
  });
  await claimed.remove();
  await rm(other, { recursive: true });
});
