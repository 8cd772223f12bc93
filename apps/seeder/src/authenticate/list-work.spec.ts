import { createLogger } from '@mts/platform';
import { until } from '@mts/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { ListWork } from './list-work.js';
import type { Turn } from './range-worker.js';
import type { Desk } from './record-asker.js';
import type { Stint } from './stint.js';

/** The work on one list, which ends when it is told to, or its time is over. */
interface Working {
  readonly requestId: string;
  /** A call is made for it. */
  call(): Promise<void>;
  end(hadWork: boolean): void;
  fail(): void;
}

let working: Working[];
let posted: string[];
let hasMore: boolean;
const lines: string[] = [];
const logger = createLogger({ app: 'spec', level: 'info', write: (line) => lines.push(line) });

beforeEach(() => {
  [working, posted, hasMore] = [[], [], true];
});

async function workInTurn({ requestId, n }: Turn, stint: Stint): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const asker = stint.follow({ ask: async () => 'answered' });
  stint.over.addEventListener('abort', () => resolve(true));
  working.push({
    requestId: n === undefined ? requestId : `${requestId}/${String(n)}`,
    call: async () => void (await asker.ask({} as Desk, {} as Parameters<typeof asker.ask>[1])),
    end: resolve,
    fail: () => reject(new Error('the database is away')),
  });
  return promise;
}

function workOnLists(listsAtOnce: number): ListWork {
  return new ListWork({
    worker: { workInTurn },
    offered: { hasWaiting: async () => hasMore },
    queues: { post: async (_, jobs) => void posted.push(...jobs.map(({ key }) => key)) },
    logger,
    listsAtOnce,
    stintMs: 0,
  });
}

const begun = (): string[] => working.map(({ requestId }) => requestId);
const message = (requestId: string): Turn => ({ requestId });

it('begins with a list at once where there is a place, however many others are worked on', async () => {
  const work = workOnLists(3);
  for (const id of ['a', 'b', 'c']) await work.begin(message(id));
  expect(begun()).toEqual(['a', 'b', 'c']);
});

it('lets the list that has its place for the longest make room for one that waits, which goes behind all that wait', async () => {
  const work = workOnLists(2);
  for (const id of ['a', 'b']) await work.begin(message(id));
  for (const one of working) await one.call();
  await work.begin(message('c'));
  expect(begun()).toEqual(['a', 'b', 'c']);
  await until(() => posted.length > 0);
  expect(posted).toEqual(['a']);
});

it('leaves a list its place until one call was made for it', async () => {
  const work = workOnLists(2);
  for (const id of ['a', 'b']) await work.begin(message(id));
  const [, second] = working;
  await second?.call();
  await work.begin(message('c'));
  await until(() => posted.length > 0);
  expect(posted).toEqual(['b']);
});

it('asks for no further turn of a list that has no more work, or of which nothing could be taken', async () => {
  const work = workOnLists(3);
  for (const id of ['a', 'b']) await work.begin(message(id));
  working[0]?.end(false);
  hasMore = false;
  working[1]?.end(true);
  await work.settled();
  expect(posted).toEqual([]);
});

/** Each has had its call, and its place for so long that it may be given up. */
async function letTheirTimePass(): Promise<void> {
  for (const one of working) await one.call();
  await vi.advanceTimersByTimeAsync(2000);
}

describe('lists that another seeder is to have', () => {
  let work: ListWork;
  beforeEach(() => {
    work = workOnLists(5);
    vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  });
  afterEach(() => vi.useRealTimers());

  async function giveUp(count: number): Promise<void> {
    work.giveUp(count);
    await vi.advanceTimersByTimeAsync(0);
  }

  it('are those that it has had for the longest, and it begins with no other for a while', async () => {
    for (const id of ['a', 'b', 'c']) await work.begin(message(id));
    await letTheirTimePass();
    await giveUp(2);
    expect(posted).toEqual(['a', 'b']);
    const next = work.begin(message('d'));
    await vi.advanceTimersByTimeAsync(1900);
    expect(begun()).toEqual(['a', 'b', 'c']);
    await vi.advanceTimersByTimeAsync(100);
    await next;
    expect(begun()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('hold up no other where it had none to give up, or has nothing left', async () => {
    await work.begin(message('a'));
    await giveUp(1);
    await work.begin(message('b'));
    await letTheirTimePass();
    await giveUp(2);
    await work.begin(message('c'));
    expect([begun(), posted]).toEqual([
      ['a', 'b', 'c'],
      ['a', 'b'],
    ]);
  });

  it('are counted as given up before their calls have ended', async () => {
    for (const id of ['a', 'b', 'c']) await work.begin(message(id));
    await letTheirTimePass();
    for (let look = 0; look < 3; look += 1) work.giveUp(1);
    await vi.advanceTimersByTimeAsync(0);
    expect(posted).toEqual(['a']);
  });
});

it('gives a list one place, however often it is offered', async () => {
  const work = workOnLists(3);
  for (const id of ['a', 'a']) await work.begin(message(id));
  expect(begun()).toEqual(['a']);
});

it('gives ranges that were left places of their own, though all lists have theirs, and asks for no turn at their end', async () => {
  const work = workOnLists(1);
  await work.begin(message('a'));
  for (const n of [4, 5]) await work.begin({ ...message('a'), n });
  expect(begun()).toEqual(['a', 'a/4', 'a/5']);
  for (const one of working) one.end(true);
  await work.settled();
  expect(posted).toEqual(['a']);
});

it('begins with nothing once it is stopped, and tells what was begun to end, which is waited for', async () => {
  const work = workOnLists(1);
  await work.begin(message('a'));
  const waiting = work.begin(message('b'));
  work.stop();
  await waiting;
  await work.settled();
  expect([begun(), posted]).toEqual([['a'], []]);
});

it('tells of the list that it was a fault that ended the work on it, and gives its place to the next', async () => {
  const work = workOnLists(1);
  await work.begin(message('a'));
  working[0]?.fail();
  await work.begin(message('b'));
  expect(begun()).toEqual(['a', 'b']);
  expect(lines.join()).toContain('"requestId":"a"');
});
