import type { KeyObject } from 'node:crypto';

import { RecordSealer } from '@mts/crypto';
import { formatInput, resultFormat, type Shaping } from '@mts/outputs';
import type { Request, RequestStore } from '@mts/store';

import { resultPages, unsealResult } from './result-pages.js';

/**
 * The result file of a finished request in pieces, read page by page as its reader takes them.
 *
 * A fault before the first piece can be answered as one; a later one has to break the answer off, for a file that is not
 * whole must not look as if it were.
 */
export type ResultText = AsyncGenerator<string, void, undefined>;

export function resultText(requests: RequestStore, request: Request, resultsKey: KeyObject): ResultText {
  const sealer = new RecordSealer(resultsKey);
  const pages = resultPages(request, async (line, limit) => requests.results(request.id, line, limit));
  const writer = resultFormat(request.output).open();
  const rows = async function* (): ResultText {
    for await (const page of pages) {
      yield writer.rows(page.map((record) => unsealResult(record, request.id, sealer)));
    }
  };
  return fileText(rows(), writer);
}

export interface ShapedKeys {
  readonly results: KeyObject;
  readonly input: KeyObject;
}

/** The same with rows that the caller's outputFormat makes of record and outcome. @throws ApiError ATS-REQ-104 */
export function shapedResultText(
  requests: RequestStore,
  request: Request,
  keys: ShapedKeys,
  shaping: Shaping,
): ResultText {
  const [results, inputs] = [new RecordSealer(keys.results), new RecordSealer(keys.input)];
  const requestId = request.id;
  const pages = resultPages(request, async (line, limit) =>
    requests.resultsWithInput(requestId, line, limit),
  );
  const writer = resultFormat(request.output).shaped.open();
  const rows = async function* (): ResultText {
    for await (const page of pages) {
      const read = page.map((record) => {
        const { line, sealedInput } = record;
        const place = { table: 'record', column: 'sealed_input', requestId, line };
        const received = inputs.open(place, sealedInput).toString();
        return formatInput(line, received, unsealResult(record, requestId, results));
      });
      for await (const shaped of shaping.batches(read)) yield writer.rows(shaped);
    }
  };
  return fileText(rows(), writer);
}

/** Of a result that is smaller than this, no fault comes too late for an answer of its own. */
const PIECE_LENGTH_CHARS = 16_384;

/** In pieces worth sending; the first decides the status of the answer. */
async function* fileText(
  rows: AsyncIterable<string>,
  writer: { readonly header: () => string; readonly footer: () => string },
): ResultText {
  let text = writer.header();
  for await (const more of rows) {
    text += more;
    if (text.length < PIECE_LENGTH_CHARS) continue;
    yield text;
    text = '';
  }
  text += writer.footer();
  if (text !== '') yield text;
}
