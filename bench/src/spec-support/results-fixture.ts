import { measured } from '../frame/measurement.js';
import type { Conditions } from '../results/conditions.js';
import type { FaultLine } from '../results/fault-line.js';
import type { Taken } from '../results/part.js';

export const CONDITIONS: Conditions = {
  startedAt: '2026-01-31T12:00:59.000Z',
  command: 'npm run bench -- ingest --full',
  commit: 'abc1234',
  machine: '2 × CPU, 25 GB, linux 6, Node.js 24.0.0',
  cpus: 2,
  load: 0.5,
};

/** One target met, one missed. */
export const TAKEN: Taken = {
  conditions: CONDITIONS,
  scale: 'full',
  otherWork: 0.1,
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
    measured({ name: 'ingest: status calls meanwhile, p50', value: 12, unit: 'ms', floor: 8 }),
  ],
};

export const FAULT: FaultLine = {
  name: 'seeder-killed',
  title: 'a seeder is killed 20 times',
  outcome: 'passed',
  remarks: [],
  counts: {
    records: 20_000,
    lost: 0,
    doubled: 0,
    askedTwice: 3,
    askedTwiceMax: 320,
    resumedAfterSeconds: 13.24,
    resumedSecondsMax: 15,
  },
  conditions: { ...CONDITIONS, command: 'npm run test:faults' },
  tookSeconds: 243,
};
