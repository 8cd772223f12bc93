import { createLogger } from '@mts/platform';
import type { Posting } from '@mts/queue';
import type { Lease } from '@mts/store';
import { beforeEach, expect, it } from 'vitest';

import { Reconciler, type ReconcilerParts } from './reconciler.js';

let posted: [string, string][];
let lines: string[];
beforeEach(() => {
  [posted, lines] = [[], []];
});

const leaseOn = (requestId: string): Lease => ({
  requestId,
  n: 0,
  epoch: 1,
  fromLine: 1,
  toLine: 1,
  purpose: 'work',
  awaited: false,
});
const due = async () => [{ requestId: 'r', owner: 'o' }];
const fault = async (): Promise<never> =>
  Promise.reject(new Error('canceling statement due to lock timeout'));

function reconcilerOf({
  ranges,
  offered,
  ...parts
}: Partial<{ ranges: object; offered: object } & Omit<ReconcilerParts, 'ranges' | 'offered'>>): Reconciler {
  return new Reconciler({
    ranges: {
      takeComplete: async () => [leaseOn('c1'), leaseOn('c2')],
      finish: async () => 'processed',
      ...ranges,
    },
    offered: {
      unattended: async () => [{ requestId: 'r' }],
      left: async () => [{ requestId: 'r', n: 3 }],
      waiting: async () => [
        { requestId: 'r', n: 3 },
        { requestId: 'r', n: 7 },
      ],
      ...offered,
    },
    steering: {
      cancelledAndLeft: async () => [{ requestId: 's1' }, { requestId: 's2' }],
      cancel: async () => 'cancelled',
    },
    pulls: { due },
    deliveries: { due },
    queues: {
      post: async (name, jobs: readonly Posting<typeof name>[]) =>
        void posted.push(...jobs.map(({ key }): [string, string] => [name, key])),
    },
    logger: createLogger({ app: 'spec', level: 'info', write: (line) => lines.push(line) }),
    ...parts,
  });
}

const ALL_OFFERED = [
  ['left', 'r/3'],
  ['list', 'r'],
  ['authenticate', 'r/0'],
  ['authenticate', 'r/1'],
  ['pull', 'r'],
  ['deliver', 'r'],
];

it('offers what each queue is about, and ends what was left', async () => {
  await reconcilerOf({}).reconcile();
  expect(posted).toEqual(ALL_OFFERED);
  expect(lines).toHaveLength(4);
});

it('makes each step whatever becomes of the others, and tells of each that failed', async () => {
  await reconcilerOf({
    ranges: { takeComplete: fault },
    offered: { left: fault, unattended: fault, waiting: fault },
    steering: { cancelledAndLeft: fault, cancel: fault },
    pulls: { due: fault },
  }).reconcile();
  expect(posted).toEqual([['deliver', 'r']]);
  for (const step of ['left ranges', 'lists', 'helpers', 'pulls', 'cancellations', 'complete ranges'])
    expect(lines.filter((line) => line.includes(`"step":"${step}"`))).toHaveLength(1);
});

it('ends each request, though another one cannot be ended', async () => {
  const ended: string[] = [];
  const end = async <T>(requestId: string, as: T): Promise<T> => {
    if (requestId.endsWith('1')) return fault();
    ended.push(requestId);
    return as;
  };
  await reconcilerOf({
    ranges: { finish: async ({ requestId }: Lease) => end(requestId, 'processed') },
    steering: {
      cancelledAndLeft: async () => [{ requestId: 's1' }, { requestId: 's2' }],
      cancel: async (requestId) => end(requestId, 'cancelled'),
    },
  }).reconcile();
  expect(ended).toEqual(['s2', 'c2']);
  expect(
    lines.filter((line) => line.includes('"requestId":"s1"') || line.includes('"requestId":"c1"')),
  ).toHaveLength(2);
  expect(posted).toEqual(ALL_OFFERED);
});
