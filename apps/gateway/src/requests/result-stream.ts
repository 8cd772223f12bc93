import type { KeyObject } from 'node:crypto';
import { Readable } from 'node:stream';

import { RecordSealer } from '@mts/crypto';
import { FINAL_RECORD_STATES, type ResultRow } from '@mts/domain';
import { type Result, resultFormat, type ResultState } from '@mts/outputs';
import type { Request, RequestStore, ResultRecord } from '@mts/store';

/** About 100 kB of text, and some milliseconds of unsealing between two turns of the event loop. */
const PAGE_RECORDS = 500;

/**
 * The result file of a finished request, read page by page as the reader takes it.
 *
 * A fault before the first page is answered as one; a later one breaks the stream off, for a file that is not whole must
 * not look as if it were.
 */
export function resultStream(requests: RequestStore, request: Request, resultsKey: KeyObject): Readable {
  return Readable.from(resultText(requests, request, new RecordSealer(resultsKey)), { objectMode: false });
}

async function* resultText(
  requests: RequestStore,
  request: Request,
  sealer: RecordSealer,
): AsyncGenerator<string, void, undefined> {
  const writer = resultFormat(request.output).open();
  let text = writer.header();
  let count = 0;
  for (let line = 0; ;) {
    const page = await requests.results(request.id, line, PAGE_RECORDS);
    text += writer.rows(page.map((record) => unseal(record, request.id, sealer)));
    count += page.length;
    line = page.at(-1)?.line ?? line;
    if (page.length < PAGE_RECORDS) break;
    yield text;
    text = '';
  }
  // Archived while it was read: what is missing is erased.
  if (count !== request.total) throw new Error(`The result of request ${request.id} is not whole`);
  yield text + writer.footer();
}

function unseal(record: ResultRecord, requestId: string, sealer: RecordSealer): Result {
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
