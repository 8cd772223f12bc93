import { createLogger } from '@mts/platform';
import type { ListsOfSeeders } from '@mts/store';
import { beforeEach, expect, it } from 'vitest';

import { Balance } from './balance.js';

let givenUp: number[];
const lines: string[] = [];
beforeEach(() => {
  givenUp = [];
});

async function look(own: number, ofOthers: () => Promise<ListsOfSeeders>): Promise<readonly number[]> {
  const balance = new Balance({
    seederId: 'me',
    store: { listsOfAll: ofOthers },
    backlog: { lists: own },
    lists: { giveUp: (count) => givenUp.push(count) },
    logger: createLogger({ app: 'spec', level: 'warn', write: (line) => lines.push(line) }),
  });
  await balance.look();
  return givenUp;
}

it.each([
  ['half of its lists to one that has none', 24, { seeders: 1, sum: 0, fewest: 0 }, [12]],
  ['what is above its even part, where several have many', 24, { seeders: 2, sum: 24, fewest: 0 }, [8]],
  ['one of two to one that has none', 2, { seeders: 1, sum: 0, fewest: 0 }, [1]],
  ['nothing where another has one fewer', 3, { seeders: 2, sum: 5, fewest: 2 }, []],
  ['nothing when it is alone', 24, { seeders: 0, sum: 0, fewest: 0 }, []],
  ['its only list to nobody', 1, { seeders: 1, sum: 0, fewest: 0 }, []],
] as const)('gives %s', async (_, own, ofOthers, expected) => {
  expect(await look(own, async () => Promise.resolve(ofOthers))).toEqual(expected);
});

it('gives nothing while the database is away, and says so', async () => {
  expect(await look(24, async () => Promise.reject(new Error('the database is away')))).toEqual([]);
  expect(lines.join()).toContain('what other seeders have to do could not be read');
});
