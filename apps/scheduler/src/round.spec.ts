import { FIRST_PAGE_AFTER, type OfRequest, type Page } from '@mts/store';
import { expect, it } from 'vitest';

import { Round } from './round.js';

const IDS = [1, 2, 3, 4, 5].map((n) => `00000000-0000-4000-8000-00000000000${String(n)}`);
const read = async ({ limit, afterId }: Page): Promise<readonly OfRequest[]> =>
  IDS.filter((id) => id > afterId)
    .slice(0, limit)
    .map((requestId) => ({ requestId }));

async function pages(round: Round, count: number): Promise<readonly (readonly string[])[]> {
  const all: (readonly string[])[] = [];
  while (all.length < count) all.push((await round.next(read)).map(({ requestId }) => requestId));
  return all;
}

it('comes to all of them, though none of them ever goes, and begins anew', async () => {
  const [a, b, c, d, e] = IDS;
  expect(await pages(new Round(2), 4)).toEqual([[a, b], [c, d], [e], [a, b]]);
});

it('looks at all of them every time where one page takes them in', async () => {
  expect(await pages(new Round(6), 2)).toEqual([IDS, IDS]);
});

it('begins anew after a page that came out even', async () => {
  const found = await pages(new Round(5), 3);
  expect(found).toEqual([IDS, [], IDS]);
});

it('begins with the first', async () => {
  const asked: string[] = [];
  await new Round(2).next(async ({ afterId }) => {
    asked.push(afterId);
    return [];
  });
  expect(asked).toEqual([FIRST_PAGE_AFTER]);
});
