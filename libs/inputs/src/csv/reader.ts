import { ApiError } from '@mts/domain';
import { type Decoded, StrictDecoder } from './decoder.js';
import { CsvSplitter } from './splitter.js';
import { type CsvRow, CsvTable } from './table.js';
import { unreadable } from './unreadable.js';

export interface CsvOptions {
  /** One character, for example a tab. Default, also when empty: a comma. */
  readonly delimiter?: string | undefined;
}

const DEFAULT_DELIMITER = ',';
const IMPOSSIBLE_DELIMITER = /["\r\n\0]/;

/** What is decoded at a time: a chunk of any size takes no more memory than this. */
const PIECE_BYTES = 65_536;

/** Records handed on at a time, fewer where they are wide. */
const BATCH_ROWS = 500;
const BATCH_CELLS = 50_000;

/**
 * Reads a CSV file as a stream; the source is read on only when the next batch is wanted.
 *
 * @throws ApiError ATS-REQ-102 at once, for a delimiter that is not one character
 * @throws ApiError MTS-CSV-001 while reading, naming the line of the file; batches before it are to be discarded
 */
export function readCsv(
  source: AsyncIterable<Uint8Array>,
  options: CsvOptions = {},
): AsyncGenerator<readonly CsvRow[], void, undefined> {
  const delimiter = options.delimiter || DEFAULT_DELIMITER;
  if (delimiter.length !== 1 || IMPOSSIBLE_DELIMITER.test(delimiter)) {
    throw new ApiError('ATS-REQ-102', {
      field: 'request.csvDelimiter',
      problem: 'one character is expected',
    });
  }
  return readBatches(source, delimiter);
}

async function* readBatches(
  source: AsyncIterable<Uint8Array>,
  delimiter: string,
): AsyncGenerator<readonly CsvRow[], void, undefined> {
  const table = new CsvTable();
  let batch: CsvRow[] = [];
  for await (const rows of readRows(source, new CsvSplitter(delimiter), table)) {
    for (const row of rows) {
      batch.push(row);
      if (batch.length < BATCH_ROWS && batch.length * table.columnCount < BATCH_CELLS) continue;
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

/** The rows of one piece of the file after the other; made only as they are taken. */
async function* readRows(
  source: AsyncIterable<Uint8Array>,
  splitter: CsvSplitter,
  table: CsvTable,
): AsyncGenerator<Iterable<CsvRow>, void, undefined> {
  const decoder = new StrictDecoder();
  const split = function* ({ text, isUndecodable }: Decoded): Generator<CsvRow> {
    yield* table.rows(splitter.push(text));
    if (isUndecodable) throw undecodable(splitter.fileLine);
  };
  for await (const chunk of source) {
    for (let from = 0; from < chunk.length; from += PIECE_BYTES) {
      yield split(decoder.push(chunk.subarray(from, from + PIECE_BYTES)));
    }
  }
  yield split(decoder.end());
  yield table.rows(splitter.end());
}

function undecodable(fileLine: number): ApiError {
  return unreadable(
    fileLine,
    'it is not UTF-8, or UTF-16 with a byte order mark; save the file as "CSV UTF-8"',
  );
}
