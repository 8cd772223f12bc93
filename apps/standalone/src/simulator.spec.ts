import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { simulatedIda } from './simulator.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mts-simulated-'));
});
afterAll(async () => rm(folder, { recursive: true }));

it.each([
  ['does not limit calls unless told to', {}, 'none'],
  ['takes a blank limit for none given', { MTS_IDA_RATE_PER_SECOND_MAX: ' ' }, 'none'],
  ['leaves a limit as it is given', { MTS_IDA_RATE_PER_SECOND_MAX: '50' }, '50'],
])('%s', async (_, environment, limit) => {
  const seeder = { ...environment, ...(await simulatedIda(environment, folder, 'http://127.0.0.1:1')) };
  expect(seeder).toMatchObject({ MTS_IDA_RATE_PER_SECOND_MAX: limit });
});
