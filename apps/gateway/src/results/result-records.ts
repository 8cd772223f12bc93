import type { KeyObject } from 'node:crypto';

import { type KekProvider, openRequestKey, RecordSealer } from '@mts/crypto';
import { ApiError } from '@mts/domain';
import {
  compileMapping,
  type Mapper,
  openRequestOptions,
  parseJsonExact,
  type RequestOptions,
} from '@mts/inputs';
import {
  FieldNames,
  OriginalColumns,
  type OriginalRow,
  type RecordResult,
  ResultNotWholeError,
  resultPages,
  ResultRows,
  UNREADABLE_RESULT,
} from '@mts/outputs';
import type { Logger } from '@mts/platform';
import type { Listed, Request, ResultRecordWithInput, ResultStore } from '@mts/store';

import { isComplete, recordsOf, type Selection } from './selection.js';

type Pages<R> = AsyncGenerator<readonly R[], void, undefined>;

/** Outcomes without their records are small: more of them at once cost fewer statements. */
const OUTCOMES_AT_ONCE = 300;

export interface ResultRecordsParts {
  readonly store: ResultStore;
  readonly keks: KekProvider;
  readonly logger: Pick<Logger, 'error'>;
}

/** Once for each reading, however many there are. */
const ROW_BROKEN = 'a stored record does not open any more, and perhaps others of its list; its row says so';

/** The records of one finished request as its owner wants them, made readable page by page. */
export class ResultRecords {
  private constructor(
    private readonly request: Request,
    private readonly store: ResultStore,
    private readonly rows: ResultRows,
    private readonly input: KeyObject | undefined,
  ) {}

  /** @throws ApiError ATS-REQ-016 when the results are erased */
  static async open(request: Request, { store, keks, logger }: ResultRecordsParts): Promise<ResultRecords> {
    const results = await openRequestKey(request, 'results', keks);
    if (results === undefined) throw new ApiError('ATS-REQ-016');
    const noteBroken = (line: number): void =>
      logger.error(ROW_BROKEN, { requestId: request.id, line, code: UNREADABLE_RESULT.row.errorCode });
    const input = request.keepsInput ? await openRequestKey(request, 'input', keks) : undefined;
    return new ResultRecords(request, store, new ResultRows(request, results, noteBroken), input);
  }

  /** How the records are read and written; undefined where the request has not kept it. */
  options(): RequestOptions | undefined {
    const { id, sealedOptions } = this.request;
    if (this.input === undefined || sealedOptions === null) return undefined;
    return openRequestOptions(id, sealedOptions, this.input);
  }

  /** Whether a row was met so far that does not say what became of its record, because that does not open any more. */
  get hasBroken(): boolean {
    return this.rows.hasBroken;
  }

  /** @throws ApiError MTS-RES-001 where the records themselves are needed and were not kept */
  assertKept(): void {
    if (this.input === undefined) throw new ApiError('MTS-RES-001');
  }

  /** What became of the records. @throws ResultNotWholeError while reading */
  async *results(selection: Selection): Pages<RecordResult> {
    if (this.input !== undefined && this.mayBeUnanswered()) {
      for await (const page of this.originals(selection)) yield page.map(({ result }) => result);
      return;
    }
    const { id } = this.request;
    const wanted = recordsOf(selection, this.request);
    const pages = resultPages(this.request, async (line, limit) => this.store.page(id, line, limit, wanted), {
      ...this.bounds(selection),
      pageRecords: OUTCOMES_AT_ONCE,
    });
    for await (const page of pages) yield page.map((record) => this.resultOf(record));
  }

  /** The records as they were received, each with what became of it. @throws ApiError MTS-RES-001 */
  async *originals(selection: Selection): Pages<OriginalRow> {
    const { id } = this.request;
    const inputs = this.inputs();
    const mapper = this.mapper();
    const wanted = recordsOf(selection, this.request);
    const pages = resultPages(
      this.request,
      async (line, limit) => this.store.pageWithInput(id, line, limit, wanted),
      this.bounds(selection),
    );
    for await (const page of pages) yield page.map((record) => this.originalOf(record, inputs, mapper));
  }

  /**
   * The columns of the list: those of the file's header, or all fields in the order in which they first come. Records that
   * came as objects are looked through for them, all of them: two downloads of one list have one header.
   */
  async columns(): Promise<OriginalColumns> {
    const { id, input } = this.request;
    const inputs = this.inputs();
    const names = new FieldNames();
    const pages = resultPages(this.request, async (line, limit) => this.store.inputs(id, line, limit));
    for await (const page of pages) {
      for (const record of page) {
        const received = this.rows.received(record, inputs);
        if (received === undefined) continue;
        names.add(received);
        if (input === 'csv') return names.columns();
      }
    }
    return names.columns();
  }

  /** Records without an outcome: their number stands in the record alone. */
  private mayBeUnanswered(): boolean {
    return this.request.state === 'cancelled' || this.request.validateOnly;
  }

  private bounds(selection: Selection): Parameters<typeof resultPages>[2] & object {
    return {
      afterLine: selection.fromLine - 1,
      assertWhole: async (count) => {
        const isShort = isComplete(selection) && count !== this.request.total;
        // Its rows go only after it is archived: what still stands as it stood was read as a whole.
        if (isShort || !(await this.store.stands(this.request)))
          throw new ResultNotWholeError(this.request.id);
      },
    };
  }

  private inputs(): RecordSealer {
    if (this.input === undefined) throw new ApiError('MTS-RES-001');
    return new RecordSealer(this.input);
  }

  private mapper(): Mapper {
    const options = this.options();
    return compileMapping(options?.mapping, options);
  }

  private resultOf(record: Listed): RecordResult {
    return { line: record.line, sameAsLine: record.sameAsLine, ...this.rows.result(record) };
  }

  private originalOf(
    record: Listed<ResultRecordWithInput>,
    inputs: RecordSealer,
    mapper: Mapper,
  ): OriginalRow {
    const { line, sameAsLine } = record;
    const { received, result: told } = this.rows.receivedResult(record, inputs);
    const result = { line, sameAsLine, ...told };
    return {
      received,
      result: record.sealedOutcome === null ? withNumber(result, received, mapper) : result,
    };
  }
}

/** Nobody was asked, so nobody has noted the number. */
function withNumber(result: RecordResult, received: string, mapper: Mapper): RecordResult {
  const { vid } = mapper(parseJsonExact(received) as Parameters<Mapper>[0]);
  return { ...result, row: { ...result.row, vid: typeof vid === 'string' && vid !== '' ? vid : null } };
}
