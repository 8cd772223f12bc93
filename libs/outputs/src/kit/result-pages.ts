import type { Request, ResultRecord } from '@mts/store';

/** Some milliseconds of unsealing between two turns of the event loop, and little enough to be young garbage. */
const PAGE_RECORDS = 100;

export interface PagesOptions {
  /** Lines up to this one are left out; default 0. */
  readonly afterLine?: number;
  /** Asked before the last page with how many records there were: throws when some must be missing. Default: all count. */
  readonly assertWhole?: (count: number) => void | Promise<void>;
}

/**
 * The records of a finished request in source order, page by page.
 *
 * @param read at most `limit` records after a line; fewer only at the end
 * @throws when some are missing, before the last page
 */
export async function* resultPages<R extends Pick<ResultRecord, 'line'>>(
  request: Pick<Request, 'id' | 'total'>,
  read: (afterLine: number, limit: number) => Promise<readonly R[]>,
  { afterLine = 0, assertWhole = assertAllOf(request) }: PagesOptions = {},
): AsyncGenerator<readonly R[], void, undefined> {
  let count = 0;
  let isLast = false;
  for (let line = afterLine; !isLast;) {
    const page = await read(line, PAGE_RECORDS);
    count += page.length;
    line = page.at(-1)?.line ?? line;
    isLast = page.length < PAGE_RECORDS;
    if (isLast) await assertWhole(count);
    yield page;
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
