import { createLogger } from '@mts/platform';
import { until } from '@mts/testing';
import { beforeEach, expect, it } from 'vitest';

import { ListHelp } from './list-help.js';

/** What each range of the list comes to: whether there may be more. */
let ranges: boolean[];
let posted: string[];
let waiting: (() => void)[];
let isAnotherWaiting: boolean;
beforeEach(() => {
  [ranges, posted, waiting] = [[], [], []];
  isAnotherWaiting = false;
});

function helpFor(stintMs: number): ListHelp {
  return new ListHelp({
    worker: {
      workInTurn: async (_, stint) => {
        stint.noteCall();
        const range = ranges.shift();
        if (range !== undefined) return range;
        const { promise, resolve } = Promise.withResolvers<boolean>();
        waiting.push(() => resolve(true));
        stint.over.addEventListener('abort', () => resolve(true));
        return promise;
      },
    },
    offered: { isAnotherWaiting: async () => Promise.resolve(isAnotherWaiting) },
    queues: { post: async (_, jobs) => void posted.push(...jobs.map(({ key }) => key)) },
    logger: createLogger({ app: 'spec', level: 'warn', write: () => undefined }),
    stintMs,
  });
}

const CALL = { v: 1, requestId: 'a', helper: 7 } as const;

it('works on one range of the list after the other, until none is left', async () => {
  ranges = [true, true, false, true];
  await helpFor(60_000).help(CALL);
  expect([ranges, posted]).toEqual([[true], []]);
});

it('lets other lists come first when its time is over, and is called again behind them', async () => {
  ranges = [true, true];
  await helpFor(0).help(CALL);
  expect([ranges, posted]).toEqual([[true], ['a/7']]);
});

it('hands a range back whose end is far, where another list waits, and comes behind that', async () => {
  const helping = helpFor(10).help(CALL);
  await until(() => waiting.length > 0);
  isAnotherWaiting = true;
  await helping;
  expect(posted).toEqual(['a/7']);
});

it('ends at once when the seeder stops, though it waits to begin, and calls nobody', async () => {
  const help = helpFor(60_000);
  const helping = help.help(CALL);
  await until(() => waiting.length > 0);
  help.stop();
  await helping;
  await help.help(CALL);
  expect([waiting.length, posted]).toEqual([1, []]);
});
