import type { Request, ResultRecord } from '@mts/store';

/** Some milliseconds of unsealing between two turns of the event loop, and little enough to be young garbage. */
const PAGE_RECORDS = 100;

export interface PagesOptions {
  /** Lines up to this one are left out; default 0. */
  readonly afterLine?: number;
  /** Default 100: records with their input may be large. */
  readonly pageRecords?: number;
  /** Asked before the last page with how many records there were: throws when some must be missing. Default: all count. */
  readonly assertWhole?: (count: number) => void | Promise<void>;
}

/**
 * The records of a finished request in source order, page by page. While one page is used the next one is read, and no
 * more than that.
 *
 * @param read at most `limit` records after a line; fewer only at the end
 * @throws when some are missing, before the last page
 */
export async function* resultPages<R extends Pick<ResultRecord, 'line'>>(
  request: Pick<Request, 'id' | 'total'>,
  read: (afterLine: number, limit: number) => Promise<readonly R[]>,
  { afterLine = 0, pageRecords = PAGE_RECORDS, assertWhole = assertAllOf(request) }: PagesOptions = {},
): AsyncGenerator<readonly R[], void, undefined> {
  let count = 0;
  let next: Promise<readonly R[]> | undefined = read(afterLine, pageRecords);
  try {
    while (next !== undefined) {
      const page: readonly R[] = await next;
      count += page.length;
      const line = page.at(-1)?.line ?? afterLine;
      next = page.length < pageRecords ? undefined : read(line, pageRecords);
      if (next === undefined) await assertWhole(count);
      // Its fault is for whoever takes the next page.
      next?.catch(() => undefined);
      yield page;
    }
  } finally {
    // Whoever reads no further may close the database next.
    await next?.catch(() => undefined);
  }
}

/** The records of a request were erased, or are asked about again, while they were read. */
export class ResultNotWholeError extends Error {
  override readonly name = 'ResultNotWholeError';

  constructor(requestId: string) {
    super(`The result of request ${requestId} is not whole`);
  }
}

function assertAllOf({ id, total }: Pick<Request, 'id' | 'total'>): (count: number) => void {
  return (count) => {
    if (count !== total) throw new ResultNotWholeError(id);
  };
}
