import { expect, it } from 'vitest';

import type { FaultLine } from './faults.js';
import { measured } from './measurement.js';
import { report } from './report.js';
import type { Part } from './results.js';

const PART: Part = {
  measuredAt: '2026-01-31T12:00:59.000Z',
  machine: { cpu: 'CPU', cores: 2, memoryGb: 25.28, system: 'linux 6', node: 'v24.0.0', load: 0.5 },
  options: { scale: 'full', people: 1, requests: 1 },
  rows: [
    measured({
      name: 'ingest: rows per second',
      value: 16_000,
      unit: 'rows/s',
      ceiling: 20_000,
      spread: 0.02,
      target: { atLeast: 15_000 },
    }),
    measured({ name: 'ingest: gateway peak memory', value: 301, unit: 'MB', target: { atMost: 300 } }),
  ],
};
const FAULT: FaultLine = {
  name: 'seeder-killed',
  title: 'a seeder is killed',
  records: 20_000,
  lost: 0,
  doubled: 0,
  askedTwice: 3,
  askedTwiceMax: 32,
  resumedAfterSeconds: null,
  broken: [],
};

/** Cells without what pads them. */
function lines(text: string): readonly string[] {
  return text.split('\n').map((line) => line.replaceAll(/ +/g, ' '));
}

it('the page says what was measured where and how, and which targets are missed', () => {
  const text = report([['ingest', PART]], undefined);
  expect(lines(text)).toEqual(
    expect.arrayContaining([
      '1 of 2 targets are met; missed: `ingest: gateway peak memory`.',
      '`npm run bench -- ingest --full`, 2026-01-31 12:00 UTC, 2 × CPU, 25.28 GB, linux 6, Node.js 24.0.0, load 0.5.',
      '| ingest: rows per second | 16,000 | rows/s | 20,000 | 80 % | ± 2 % | >= 15000 | met |',
      '| ingest: gateway peak memory | 301 | MB | | | | <= 300 | **missed** |',
      '| taking a CSV file in | 40 (1.1.0), 290–320 (1.0.1) | 16,000 | rows/s |',
      'The fault suite has not run here yet.',
    ]),
  );
});

it('the page has a line for each fault, also for one that this machine cannot make', () => {
  const skipped = { ...FAULT, title: 'the disk is full', skipped: 'no tmpfs' };
  const text = report([], [FAULT, { ...FAULT, broken: ['the log holds a name'] }, skipped]);
  expect(lines(text)).toEqual(
    expect.arrayContaining([
      '| a seeder is killed | 20,000 | 0 | 0 | 3 | 32 | never stopped | |',
      '| a seeder is killed | 20,000 | 0 | 0 | 3 | 32 | never stopped | the log holds a name |',
      '| the disk is full | | | | | | | skipped: no tmpfs |',
    ]),
  );
});
