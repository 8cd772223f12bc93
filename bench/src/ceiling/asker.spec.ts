import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { provision, startSimulator, writePeople } from '@mts/ida-simulator';
import { expect, it, onTestFinished } from 'vitest';

import { pickRows } from '../ida-simulator/rows.js';
import { openAsker } from './asker.js';

it('the loop does all that IDA asks for: the simulator decrypts, verifies and matches what it sends', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'bench-asker-'));
  onTestFinished(async () => rm(directory, { recursive: true }));
  await writePeople({ count: 40, seed: 1, directory });
  const keys = await provision(join(directory, 'ida'));
  const simulator = await startSimulator({
    dir: join(directory, 'ida'),
    population: join(directory, 'population.ndjson'),
    port: 0,
  });
  onTestFinished(async () => simulator.close());
  const { ask, close } = await openAsker(`${simulator.url}/idauthentication/v1/auth`, keys, 4);
  onTestFinished(close);
  const rows = (await pickRows(directory, 40, 20)).filter(({ outcome }) => /^\d{36}$/.test(outcome));
  expect(rows.length).toBeGreaterThan(5);
  for (const { row, outcome } of rows) {
    const { vid = '', name = '', gender = '', dob = '', fullAddress = '' } = row;
    const { phoneNumber = '', emailId = '' } = row;
    expect(await ask({ vid, name, gender, dob, phoneNumber, emailId, fullAddress })).toBe(outcome);
  }
});
