import { expect, it } from 'vitest';

import type { FaultReport } from './fault.js';
import { lineOf, lineOfFailure, type FaultRun } from './fault-results.js';
import { seederKilled } from './seeder-killed.js';

const RUN: FaultRun = {
  fault: seederKilled,
  scale: 'full',
  conditions: {
    startedAt: '2026-01-31T12:00:59.000Z',
    command: 'npm run test:faults',
    commit: 'abc1234',
    machine: '2 × CPU',
    cpus: 2,
    load: 0.5,
  },
  tookSeconds: 243,
};
const SURVIVED: FaultReport = {
  counts: {
    records: 900,
    lost: 0,
    doubled: 0,
    askedTwice: 32,
    askedTwiceMax: 32,
    resumedAfterSeconds: 15,
    resumedSecondsMax: 15,
  },
  broken: [],
  remarks: ['a list takes 3 % longer'],
};

function after(counts: Partial<FaultReport['counts']>, broken: readonly string[] = []): readonly unknown[] {
  const line = lineOf(RUN, { ...SURVIVED, counts: { ...SURVIVED.counts, ...counts }, broken });
  return [line.outcome, ...line.remarks];
}

it('a fault is survived if everything stays within what is allowed, and what else was measured is told', () => {
  expect(after({})).toEqual(['passed', 'a list takes 3 % longer']);
  expect(after({ resumedAfterSeconds: null })).toEqual(['passed', 'a list takes 3 % longer']);
  expect(after({ resumedSecondsMax: null, resumedAfterSeconds: 99 })[0]).toBe('passed');
});

it.each([
  [{ lost: 1 }, '1 records are lost'],
  [{ doubled: 2 }, '2 records are doubled'],
  [{ askedTwice: 33 }, '33 calls were made twice, at most 32 may be'],
  [{ resumedAfterSeconds: 15.04 }, 'work went on only after 15.04 s (limit 15 s)'],
])('a fault is not survived with %j, and the line says why', (counts, why) => {
  expect(after(counts)).toEqual(['failed', why, 'a list takes 3 % longer']);
});

it('whatever else is broken makes a fault one that is not survived', () => {
  expect(after({}, ['a log holds a name']).slice(0, 2)).toEqual(['failed', 'a log holds a name']);
});

it('a run that breaks off shows no counts, and why without the last lines of each process', () => {
  const line = lineOfFailure(
    RUN,
    new Error('Waited in vain\nThe last lines', { cause: new Error('Waited in vain') }),
  );
  expect(line).toMatchObject({ outcome: 'failed', remarks: ['the run broke off: Waited in vain'] });
  expect(line).not.toHaveProperty('counts');
});
