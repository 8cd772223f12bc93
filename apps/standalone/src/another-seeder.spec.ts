import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { anotherSeeder } from './another-seeder.js';
import { openOptionsOf, secretOptionsOf } from './configuration.js';
import { RunningRecord } from './running-record.js';
import { simulatedIda } from './simulator.js';
import { stateFolder } from './state-folder.js';

const DATABASE = 'postgres://mts:password@127.0.0.1:5499/mts';
const SIMULATOR = 'http://127.0.0.1:9398';

let folder: string;
let record: RunningRecord;
let told: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mts-seeder-'));
  const claimed = await RunningRecord.claim(stateFolder(folder).run, 'npm start');
  if (!(claimed instanceof RunningRecord)) throw new Error('the folder is in use');
  record = claimed;
  told = [];
});
afterEach(async () => {
  await record.remove();
  await rm(folder, { recursive: true });
});

/** An npm start runs, with this for its seeder. */
function runs(options: Record<string, string>, simulatorUrl?: string): void {
  record.setDatabase({ url: DATABASE, schema: 'mts', options: {} });
  record.setSeeder({ options, ...(simulatorUrl === undefined ? {} : { simulatorUrl }) });
}

async function started(environment: Record<string, string> = {}): Promise<NodeJS.ProcessEnv> {
  const given = { PATH: '/bin', MTS_STATE_DIR: folder, ...environment };
  return (await anotherSeeder(given, (line) => told.push(line))).environment;
}

describe('another seeder', () => {
  it('has the options of the npm start that runs, its database, and its simulator with the keys of that', async () => {
    const simulated = await simulatedIda({}, stateFolder(folder).simulator, SIMULATOR);
    runs({ MTS_QUEUE_SCHEMA: 'mts_simulator_queue', MTS_IDA_AUTH_URL: SIMULATOR }, SIMULATOR);
    expect(await started()).toEqual({
      PATH: '/bin',
      DATABASE_URL: DATABASE,
      MTS_QUEUE_SCHEMA: 'mts_simulator_queue',
      MTS_IDA_AUTH_URL: SIMULATOR,
      MTS_IDA_API_KEY: simulated['MTS_IDA_API_KEY'],
      MTS_IDA_MISP_LICENCE_KEY: simulated['MTS_IDA_MISP_LICENCE_KEY'],
      MTS_IDA_PARTNER_P12_PASSWORD: simulated['MTS_IDA_PARTNER_P12_PASSWORD'],
    });
    expect(told).toEqual([expect.stringContaining(`npm start (process ${String(process.pid)})`)]);
  });

  it('takes from its own environment the secrets that stand nowhere, and nothing else, which is said', async () => {
    runs({ MTS_IDA_AUTH_URL: 'https://ida.example.org', MTS_IDA_API_KEY_FILE: '/run/secrets/api-key' });
    const environment = await started({
      MTS_IDA_AUTH_URL: 'https://other.example.org',
      MTS_IDA_API_KEY: 'not the one of the file',
      MTS_IDA_MISP_LICENCE_KEY: 'licence',
    });
    expect(environment).toEqual({
      PATH: '/bin',
      DATABASE_URL: DATABASE,
      MTS_IDA_AUTH_URL: 'https://ida.example.org',
      MTS_IDA_API_KEY_FILE: '/run/secrets/api-key',
      MTS_IDA_MISP_LICENCE_KEY: 'licence',
    });
    expect(told[1]).toBe(
      'MTS_IDA_AUTH_URL=https://other.example.org has no effect here: the npm start that runs has MTS_IDA_AUTH_URL=https://ida.example.org.',
    );
  });

  it('for another database has the options of its environment', async () => {
    runs({ MTS_IDA_AUTH_URL: 'https://ida.example.org' });
    const given = { DATABASE_URL: 'postgres://elsewhere/mts', MTS_IDA_AUTH_URL: 'https://other.example.org' };
    expect(await started(given)).toMatchObject({ ...given, MTS_KEK_FILE: join(folder, 'keys', 'kek') });
  });

  it('does not start where nothing says with what', async () => {
    await expect(started()).rejects.toThrow('No npm start runs in this folder');
  });
});

it('no secret of a seeder stands in the record of its run', async () => {
  const simulated = await simulatedIda({}, stateFolder(folder).simulator, SIMULATOR);
  const secrets = Object.values(secretOptionsOf('seeder', simulated));
  expect(secrets.length).toBeGreaterThan(2);
  for (const secret of secrets)
    expect(JSON.stringify(openOptionsOf('seeder', simulated))).not.toContain(secret);
});
