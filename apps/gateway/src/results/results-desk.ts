import { Inject, Injectable } from '@nestjs/common';
import type { KekProvider } from '@mts/crypto';
import { type Column, columnsOf, formatInput, OutputFormats, resultFormat } from '@mts/outputs';
import type { Logger } from '@mts/platform';
import { type Request, ResultStore } from '@mts/store';

import { KEKS, LOGGER } from '../tokens.js';
import { FailedFormats } from './failed-formats.js';
import { ResultRecords } from './result-records.js';
import { resultText, type ResultText } from './result-text.js';
import type { Selection } from './selection.js';

const BYTE_ORDER_MARK = '\uFEFF';

/** A result as text, and what it is. */
export interface OpenedResult {
  readonly text: ResultText;
  readonly formatId: string;
  readonly mediaType: string;
  /** Whether all rows that were read so far say what became of their records. */
  readonly isWhole: () => boolean;
}

/** Writes results out in every format and layout. */
@Injectable()
export class ResultsDesk {
  private readonly failedFormats = new FailedFormats();

  constructor(
    @Inject(ResultStore) private readonly store: ResultStore,
    @Inject(KEKS) private readonly keks: KekProvider,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(OutputFormats) private readonly formats: OutputFormats,
  ) {}

  /**
   * @param added columns that the default layout has after those of the original
   * @throws ApiError ATS-REQ-016 when it is erased, ATS-REQ-104, MTS-RES-001; the first two also while reading
   */
  async open(request: Request, selection: Selection, added: readonly Column[]): Promise<OpenedResult> {
    const formatId = selection.format ?? request.output;
    const { mediaType } = resultFormat(formatId);
    const { store, keks, logger } = this;
    const records = await ResultRecords.open(request, { store, keks, logger });
    const text = this.layOut(request, records, { ...selection, formatId }, added);
    const isMarked = selection.bom && formatId === 'csv';
    const isWhole = (): boolean => !records.hasBroken;
    return { text: isMarked ? marked(text) : text, formatId, mediaType, isWhole };
  }

  private layOut(
    request: Request,
    records: ResultRecords,
    selection: Selection & { readonly formatId: string },
    added: readonly Column[],
  ): ResultText {
    if (selection.layout === 'original') {
      records.assertKept();
      return original(records, selection);
    }
    const options = records.options();
    if (selection.layout === 'requested' && options?.outputFormat !== undefined) {
      return this.shaped(request, records, selection, options.outputFormat);
    }
    return this.plain(request, records, selection, added);
  }

  private async *plain(
    request: Request,
    records: ResultRecords,
    selection: Selection & { readonly formatId: string },
    added: readonly Column[],
  ): ResultText {
    const columns = columnsOf(await this.store.hasReferences(request.id));
    const writer = resultFormat(selection.formatId).open([...columns, ...added]);
    yield* resultText(
      texts(records.results(selection), (page) => writer.rows(page)),
      writer,
    );
  }

  private shaped(
    { id }: Request,
    records: ResultRecords,
    selection: Selection & { readonly formatId: string },
    program: string,
  ): ResultText {
    const key = `${id}/${selection.formatId}`;
    this.failedFormats.assertNotFailed(key);
    const { shaped } = resultFormat(selection.formatId);
    const [writer, shaping] = [shaped.open(), this.formats.shaping(program, shaped)];
    const rows = async function* (): AsyncGenerator<string> {
      for await (const page of records.originals(selection)) {
        const inputs = page.map(({ received, result }) => formatInput(result.line, received, result));
        for await (const batch of shaping.batches(inputs)) yield writer.rows(batch);
      }
    };
    return this.failedFormats.watch(key, id, resultText(rows(), writer));
  }
}

async function* original(
  records: ResultRecords,
  selection: Selection & { readonly formatId: string },
): ResultText {
  const format = resultFormat(selection.formatId);
  const writer = format.openOriginal(await records.columns(), records.options()?.csvDelimiter);
  yield* resultText(
    texts(records.originals(selection), (page) => writer.rows(page)),
    writer,
  );
}

async function* texts<Row>(
  pages: AsyncIterable<readonly Row[]>,
  textOf: (page: readonly Row[]) => string,
): AsyncGenerator<string> {
  for await (const page of pages) yield textOf(page);
}

async function* marked(text: ResultText): ResultText {
  yield BYTE_ORDER_MARK;
  yield* text;
}
