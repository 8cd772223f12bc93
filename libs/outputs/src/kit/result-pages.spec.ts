import { expect, it } from 'vitest';

import { type PagesOptions, ResultNotWholeError, resultPages } from './result-pages.js';

const REQUEST = { id: 'r', total: 5 };

/** A store of so many records that tells after which lines it was read. */
function store(records: number): {
  readonly reads: number[];
  readonly read: (afterLine: number, limit: number) => Promise<readonly { readonly line: number }[]>;
} {
  const reads: number[] = [];
  const read = async (afterLine: number, limit: number): Promise<readonly { readonly line: number }[]> => {
    reads.push(afterLine);
    const count = Math.max(0, Math.min(limit, records - afterLine));
    return Array.from({ length: count }, (_, index) => ({ line: afterLine + index + 1 }));
  };
  return { reads, read };
}

async function lines(records: number, options: PagesOptions): Promise<readonly (readonly number[])[]> {
  const pages: number[][] = [];
  for await (const page of resultPages(REQUEST, store(records).read, options)) {
    pages.push(page.map(({ line }) => line));
  }
  return pages;
}

it.each([
  [5, { pageRecords: 2 }, [[1, 2], [3, 4], [5]]],
  [5, { pageRecords: 5 }, [[1, 2, 3, 4, 5], []]],
  [5, { pageRecords: 6 }, [[1, 2, 3, 4, 5]]],
  [5, { pageRecords: 2, afterLine: 3, assertWhole: () => undefined }, [[4, 5], []]],
])('all records come once and in order: %i with %j', async (records, options, pages) => {
  expect(await lines(records, options)).toEqual(pages);
});

it('one page is read ahead, and none before it is wanted', async () => {
  const { reads, read } = store(5);
  const pages = resultPages(REQUEST, read, { pageRecords: 2 });
  expect(reads).toEqual([]);
  await pages.next();
  expect(reads).toEqual([0, 2]);
  await pages.next();
  expect(reads).toEqual([0, 2, 4]);
});

it('records that are missing are found out before the last page', async () => {
  const pages = resultPages(REQUEST, store(4).read, { pageRecords: 3 });
  expect((await pages.next()).value).toHaveLength(3);
  await expect(pages.next()).rejects.toThrow(ResultNotWholeError);
});

it('a page that cannot be read is a fault for whoever takes it, and for nobody else', async () => {
  const fault = new Error('no database');
  const { read } = store(5);
  const failing = async (line: number, limit: number): ReturnType<typeof read> =>
    line === 0 ? read(line, limit) : Promise.reject(fault);
  const taken = resultPages(REQUEST, failing, { pageRecords: 2 });
  expect((await taken.next()).value).toHaveLength(2);
  await expect(taken.next()).rejects.toThrow(fault);
  const left = resultPages(REQUEST, failing, { pageRecords: 2 });
  await left.next();
  expect(await left.return()).toEqual({ done: true, value: undefined });
});

it('whoever reads no further waits for the page that is being read', async () => {
  const gate = Promise.withResolvers<undefined>();
  const { read } = store(5);
  let isRead = false;
  const pages = resultPages(
    REQUEST,
    async (line, limit) => {
      if (line > 0) await gate.promise;
      isRead = line > 0;
      return read(line, limit);
    },
    { pageRecords: 2 },
  );
  await pages.next();
  const end = pages.return();
  gate.resolve(undefined);
  await end;
  expect(isRead).toBe(true);
});
