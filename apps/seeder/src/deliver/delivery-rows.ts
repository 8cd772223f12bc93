import { type KekProvider, openRequestKey, RecordSealer } from '@mts/crypto';
import { openRequestOptions } from '@mts/inputs';
import {
  type Column,
  columnsOf,
  type FormatInput,
  formatInput,
  type OutputFormats,
  type Result,
  type ResultFormat,
  resultFormat,
  resultPages,
  ResultRows,
  rowJson,
  type Shaping,
  shapedRowJson,
} from '@mts/outputs';
import type { Logger } from '@mts/platform';
import type {
  Request,
  ResultRecord,
  ResultRecordWithInput,
  ResultStore,
  UndeliveredRecord,
} from '@mts/store';

import { RequestErasedError } from '../authenticate/record-book.js';

/** A row as it is sent by itself; undefined where the outputFormat makes nothing of the record, so that nothing is sent. */
export interface DeliveryRow {
  readonly line: number;
  readonly json: string | undefined;
}

/** The rows of one finished request, made just as for its download. */
export interface DeliveryRows {
  /** Of some records, each by itself. @throws ApiError ATS-REQ-104 */
  each(records: readonly UndeliveredRecord[]): AsyncIterable<DeliveryRow>;
  /** Of all, as JSON texts. @throws ApiError ATS-REQ-104 */
  all(): AsyncIterable<string>;
  /** Of all, as a file in the request's format. @throws ApiError ATS-REQ-104 */
  file(): AsyncIterable<string>;
  /** Records that went into the last reading of all. */
  readonly count: number;
}

export interface RowParts {
  readonly results: ResultStore;
  readonly keks: KekProvider;
  readonly formats: OutputFormats;
  readonly logger: Pick<Logger, 'error'>;
}

/** Once for each delivery, however many there are. */
const ROW_BROKEN = 'a stored record does not open any more, and perhaps others of its list; its row says so';

type Wanted = (record: { readonly state: string }) => boolean;

/** @throws RequestErasedError, KekError */
export async function openDeliveryRows(
  request: Request,
  wanted: Wanted,
  parts: RowParts,
): Promise<DeliveryRows> {
  const resultsKey = await openRequestKey(request, 'results', parts.keks);
  if (resultsKey === undefined) throw erased(request);
  const { id, output } = request;
  const opened = new ResultRows(request, resultsKey, (line) =>
    parts.logger.error(ROW_BROKEN, { requestId: id, line }),
  );
  const columns = async (): Promise<readonly Column[]> => columnsOf(await parts.results.hasReferences(id));
  const plain = (): DeliveryRows => {
    const read = (record: ResultRecord): readonly Result[] => [opened.result(record)].filter(wanted);
    const pages = new WantedPages(request, wanted, async (...at) => parts.results.page(id, ...at), read);
    return new PlainRows(resultFormat(output), pages, read, columns);
  };
  if (!request.keepsInput) return plain();
  const inputKey = await openRequestKey(request, 'input', parts.keks);
  if (inputKey === undefined || request.sealedOptions === null) throw erased(request);
  const { outputFormat } = openRequestOptions(id, request.sealedOptions, inputKey);
  // Records are kept for other reasons too; the default format never enters jq.
  if (outputFormat === undefined) return plain();
  const [format, inputs] = [resultFormat(output), new RecordSealer(inputKey)];
  const read = (record: ResultRecordWithInput): readonly FormatInput[] => {
    const { received, result } = opened.receivedResult(record, inputs);
    return wanted(result) ? [formatInput(record.line, received, result)] : [];
  };
  const pages = new WantedPages(
    request,
    wanted,
    async (...at) => parts.results.pageWithInput(id, ...at),
    read,
  );
  const shaping = (): Shaping => parts.formats.shaping(outputFormat, format.shaped);
  return new ShapedRows(format, pages, shaping, read);
}

function erased({ id }: Request): RequestErasedError {
  return new RequestErasedError(`The keys of request ${id} are erased`);
}

type CountedPages<Row> = AsyncIterable<readonly Row[]> & { readonly count: number };

/** What is made of the records that are wanted, page by page, as often as they are read. */
class WantedPages<R extends ResultRecord, Row> {
  count = 0;

  constructor(
    private readonly request: Request,
    private readonly wanted: Wanted,
    private readonly fetch: (afterLine: number, limit: number) => Promise<readonly R[]>,
    private readonly read: (record: R) => readonly Row[],
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly Row[], void, undefined> {
    this.count = 0;
    for await (const page of resultPages(this.request, this.fetch)) {
      const rows = page.filter(this.wanted).flatMap(this.read);
      this.count += rows.length;
      yield rows;
    }
  }
}

class PlainRows implements DeliveryRows {
  constructor(
    private readonly format: ResultFormat,
    private readonly pages: CountedPages<Result>,
    private readonly read: (record: ResultRecord) => readonly Result[],
    private readonly columns: () => Promise<readonly Column[]>,
  ) {}

  get count(): number {
    return this.pages.count;
  }

  async *each(records: readonly UndeliveredRecord[]): AsyncIterable<DeliveryRow> {
    for (const record of records)
      yield* this.read(record).map((result) => ({ line: record.line, json: rowJson(result) }));
  }

  async *all(): AsyncIterable<string> {
    for await (const results of this.pages) yield* results.map((result) => rowJson(result));
  }

  async *file(): AsyncIterable<string> {
    const writer = this.format.open(await this.columns());
    yield writer.header();
    for await (const results of this.pages) yield writer.rows(results);
    yield writer.footer();
  }
}

class ShapedRows implements DeliveryRows {
  constructor(
    private readonly format: ResultFormat,
    private readonly pages: CountedPages<FormatInput>,
    private readonly shaping: () => Shaping,
    private readonly read: (record: ResultRecordWithInput) => readonly FormatInput[],
  ) {}

  get count(): number {
    return this.pages.count;
  }

  async *each(records: readonly UndeliveredRecord[]): AsyncIterable<DeliveryRow> {
    for await (const rows of this.shaping().batches(records.filter(hasInput).flatMap(this.read))) {
      for (const row of rows) yield { line: row.line, json: shapedRowJson(row) };
    }
  }

  async *all(): AsyncIterable<string> {
    for await (const rows of this.shaped()) yield* rows.map((row) => shapedRowJson(row) ?? 'null');
  }

  async *file(): AsyncIterable<string> {
    const writer = this.format.shaped.open();
    yield writer.header();
    for await (const rows of this.shaped()) yield writer.rows(rows);
    yield writer.footer();
  }

  private async *shaped(): ReturnType<Shaping['batches']> {
    const shaping = this.shaping();
    for await (const inputs of this.pages) yield* shaping.batches(inputs);
  }
}

/** Always so in a request that keeps its input. */
function hasInput(record: UndeliveredRecord): record is UndeliveredRecord & ResultRecordWithInput {
  return record.sealedInput !== null;
}
