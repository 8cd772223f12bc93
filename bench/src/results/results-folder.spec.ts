import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, expect, it, onTestFinished } from 'vitest';

import { ResultsFolder } from './results-folder.js';
import { CONDITIONS, FAULT, TAKEN } from '../spec-support/results-fixture.js';

let directory: string;
let folder: ResultsFolder;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bench-results-'));
  onTestFinished(async () => rm(directory, { recursive: true }));
  folder = new ResultsFolder(['ingest', 'growth'], directory);
});

async function jsonRows(): Promise<readonly object[]> {
  await folder.writePages();
  return JSON.parse(await readFile(join(directory, 'results.json'), 'utf8')) as object[];
}

it('each figure tells under what it was taken', async () => {
  await folder.keepFigures('ingest', TAKEN);
  expect((await jsonRows())[0]).toEqual({
    name: 'ingest: rows per second',
    value: 16_000,
    unit: 'rows/s',
    ceiling: 20_000,
    ratio: 0.8,
    spread: 0.02,
    target: '>= 15000',
    ok: true,
    bench: 'ingest',
    scale: 'full',
    startedAt: '2026-01-31T12:00:59.000Z',
    commit: 'abc1234',
    cpus: 2,
    load: 0.5,
    otherWork: 0.1,
    noisy: false,
  });
});

it('a run that fails takes no figures away, until one comes to new ones', async () => {
  await folder.keepFigures('ingest', TAKEN);
  const part = await folder.keepFailure('ingest', { conditions: CONDITIONS, why: 'no room' });
  expect(part).toEqual({ taken: TAKEN, failed: { conditions: CONDITIONS, why: 'no room' } });
  expect(await jsonRows()).toMatchObject(TAKEN.rows.map(({ name }) => ({ name, didNotRun: 'no room' })));
  await folder.keepFigures('ingest', TAKEN);
  expect((await jsonRows()).some((row) => 'didNotRun' in row)).toBe(false);
});

it('a fault that runs alone leaves the lines of the others, and those that never ran are told of', async () => {
  const all = ['clock-off', 'seeder-killed', 'ida-503'].map((name) => ({
    name,
    title: name,
    remarks: [],
    outcome: 'not run' as const,
  }));
  await folder.keepFaults([FAULT], all);
  await folder.keepFaults([{ ...FAULT, name: 'clock-off' }], all);
  const { faults } = await folder.results();
  expect(faults.map(({ name, outcome }) => [name, outcome])).toEqual([
    ['clock-off', 'passed'],
    ['seeder-killed', 'passed'],
    ['ida-503', 'not run'],
  ]);
});
