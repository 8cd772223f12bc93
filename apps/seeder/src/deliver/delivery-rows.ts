import { type KekProvider, openRequestKey, RecordSealer } from '@mts/crypto';
import { openRequestOptions } from '@mts/inputs';
import {
  type Column,
  columnsOf,
  type OutputFormats,
  type ResultFormat,
  resultFormat,
  resultPages,
  ResultRows,
  rowJson,
  type Shaping,
  shapedRowJson,
} from '@mts/outputs';
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
}

type Wanted = (record: ResultRecord) => boolean;

/** @throws RequestErasedError, KekError, SealBrokenError */
export async function openDeliveryRows(
  request: Request,
  wanted: Wanted,
  parts: RowParts,
): Promise<DeliveryRows> {
  const resultsKey = await openRequestKey(request, 'results', parts.keks);
  if (resultsKey === undefined) throw erased(request);
  const opened = new ResultRows(request, resultsKey);
  const { id, output } = request;
  const columns = async (): Promise<readonly Column[]> => columnsOf(await parts.results.hasReferences(id));
  const plain = (): DeliveryRows => {
    const pages = new WantedPages(request, wanted, async (...at) => parts.results.page(id, ...at));
    return new PlainRows(resultFormat(output), pages, opened, columns);
  };
  if (!request.keepsInput) return plain();
  const inputKey = await openRequestKey(request, 'input', parts.keks);
  if (inputKey === undefined || request.sealedOptions === null) throw erased(request);
  const { outputFormat } = openRequestOptions(id, request.sealedOptions, inputKey);
  // Records are kept for other reasons too; the default format never enters jq.
  if (outputFormat === undefined) return plain();
  const pages = new WantedPages(request, wanted, async (...at) => parts.results.pageWithInput(id, ...at));
  const [format, inputs] = [resultFormat(output), new RecordSealer(inputKey)];
  const shaping = (): Shaping => parts.formats.shaping(outputFormat, format.shaped);
  return new ShapedRows(format, pages, shaping, (record) => opened.formatInput(record, inputs));
}

function erased({ id }: Request): RequestErasedError {
  return new RequestErasedError(`The keys of request ${id} are erased`);
}

/** The records that are wanted, page by page, as often as they are read. */
class WantedPages<R extends ResultRecord> {
  count = 0;

  constructor(
    private readonly request: Request,
    private readonly wanted: Wanted,
    private readonly read: (afterLine: number, limit: number) => Promise<readonly R[]>,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly R[], void, undefined> {
    this.count = 0;
    for await (const page of resultPages(this.request, this.read)) {
      const wanted = page.filter(this.wanted);
      this.count += wanted.length;
      yield wanted;
    }
  }
}

class PlainRows implements DeliveryRows {
  constructor(
    private readonly format: ResultFormat,
    private readonly pages: WantedPages<ResultRecord>,
    private readonly opened: ResultRows,
    private readonly columns: () => Promise<readonly Column[]>,
  ) {}

  get count(): number {
    return this.pages.count;
  }

  async *each(records: readonly UndeliveredRecord[]): AsyncIterable<DeliveryRow> {
    for (const record of records) yield { line: record.line, json: rowJson(this.opened.result(record)) };
  }

  async *all(): AsyncIterable<string> {
    for await (const page of this.pages) yield* page.map((record) => rowJson(this.opened.result(record)));
  }

  async *file(): AsyncIterable<string> {
    const writer = this.format.open(await this.columns());
    yield writer.header();
    for await (const page of this.pages) yield writer.rows(page.map((record) => this.opened.result(record)));
    yield writer.footer();
  }
}

class ShapedRows implements DeliveryRows {
  constructor(
    private readonly format: ResultFormat,
    private readonly pages: WantedPages<ResultRecordWithInput>,
    private readonly shaping: () => Shaping,
    private readonly read: (record: ResultRecordWithInput) => ReturnType<ResultRows['formatInput']>,
  ) {}

  get count(): number {
    return this.pages.count;
  }

  async *each(records: readonly UndeliveredRecord[]): AsyncIterable<DeliveryRow> {
    for await (const rows of this.shaping().batches(records.filter(hasInput).map(this.read))) {
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
    for await (const page of this.pages) yield* shaping.batches(page.map(this.read));
  }
}

/** Always so in a request that keeps its input. */
function hasInput(record: UndeliveredRecord): record is UndeliveredRecord & ResultRecordWithInput {
  return record.sealedInput !== null;
}
