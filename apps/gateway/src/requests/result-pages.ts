import { RecordSealer } from '@mts/crypto';
import { FINAL_RECORD_STATES, type ResultRow } from '@mts/domain';
import type { Result, ResultState } from '@mts/outputs';
import type { Request, ResultRecord } from '@mts/store';

/** Some milliseconds of unsealing between two turns of the event loop, and little enough to be young garbage. */
const PAGE_RECORDS = 100;

/** The records of a finished request in source order, page by page. @throws when some are missing, before the last page */
export async function* resultPages<R extends ResultRecord>(
  request: Request,
  read: (afterLine: number, limit: number) => Promise<readonly R[]>,
): AsyncGenerator<readonly R[], void, undefined> {
  let count = 0;
  let isLast = false;
  for (let line = 0; !isLast;) {
    const page = await read(line, PAGE_RECORDS);
    count += page.length;
    line = page.at(-1)?.line ?? line;
    isLast = page.length < PAGE_RECORDS;
    // Archived while it was read: what is missing is erased.
    if (isLast && count !== request.total)
      throw new Error(`The result of request ${request.id} is not whole`);
    yield page;
  }
}

export function unsealResult(record: ResultRecord, requestId: string, sealer: RecordSealer): Result {
  const { line, state, sealedOutcome } = record;
  if (!isResultState(state) || sealedOutcome === null) {
    throw new Error(`Line ${String(line)} of the finished request ${requestId} has no outcome`);
  }
  const place = { table: 'record', column: 'sealed_outcome', requestId, line };
  return { state, row: JSON.parse(sealer.open(place, sealedOutcome).toString()) as ResultRow };
}

function isResultState(state: ResultRecord['state']): state is ResultState {
  return (FINAL_RECORD_STATES as readonly string[]).includes(state);
}
