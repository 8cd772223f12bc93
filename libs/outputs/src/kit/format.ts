import type { OriginalColumns } from './original-columns.js';
import { type RecordResult, type Result, rowAdvice } from './result.js';

/** Writes one result from top to bottom; every method returns the next piece of the text. */
export interface Writer<Row> {
  header(): string;
  /** The next rows, in source order. */
  rows(rows: readonly Row[]): string;
  footer(): string;
}

export type ResultWriter = Writer<Result>;

/** A record as it was handed in, and what became of it. */
export interface OriginalRow {
  /** JSON text of one object, as {@link RecordResult} was made of it. */
  readonly received: string;
  readonly result: RecordResult;
}

/** What an outputFormat has made of one record. */
export interface ShapedRow {
  /** The record's place in the list, counted from 1. */
  readonly line: number;
  /** The projected value as compact JSON, with numbers as jq has written them; null when the record has none. */
  readonly json: string | null;
}

/** Whether a projected value is none, or jq's null, which every format writes alike. */
export function isNothing(json: string | null): json is 'null' | null {
  return json === null || json === 'null';
}

/** For rows that an outputFormat has made. @throws ApiError ATS-REQ-104 */
export type ShapedWriter = Writer<ShapedRow>;

/** How a result format writes the values that a caller's outputFormat makes, whatever they are. */
export interface ShapedFormat {
  /** A jq filter: what of a value the writer is given. */
  readonly projection: string;
  /**
   * Why a program cannot make a file in this format, judged by the projected values (null: it gives none) that it makes
   * of one record for different answers of IDA; undefined when it can.
   */
  problemOf(values: readonly (string | null)[]): string | undefined;
  open(): ShapedWriter;
}

/** What the rest of the system needs to know of a result format; request schemas, documents and forms follow from it. */
export interface ResultFormat<Id extends string = string> {
  /** Name of the format's folder, and `output` in a request. */
  readonly id: Id;
  /** For people. */
  readonly title: string;
  readonly mediaType: string;
  /** @param columns in their order; default {@link COLUMNS} */
  open(columns?: readonly Column[]): ResultWriter;
  readonly shaped: ShapedFormat;
  /** The records as they were handed in, with what became of them. @param delimiter between cells, where there are cells */
  openOriginal(columns: OriginalColumns, delimiter?: string): Writer<OriginalRow>;
}

/** Keys and columns of a row in the order of the original's 1.1. */
export const COLUMNS = ['vid', 'status', 'token', 'errorCode', 'errorMessage'] as const;

/** Those of the original, the caller's own id of the record, and what to do about its error. */
export type Column = (typeof COLUMNS)[number] | 'referenceId' | 'advice';

/** Columns of a default file: where records have ids of their own, these come last. */
export function columnsOf(hasReferences: boolean): readonly Column[] {
  return hasReferences ? [...COLUMNS, 'referenceId'] : COLUMNS;
}

export type Cells = Readonly<Record<(typeof COLUMNS)[number], string | null>> & {
  /** Only of a record that brought one. */
  readonly referenceId?: string;
};

export function cellsOf({ state, row, referenceId }: Result): Cells {
  const { vid, token, errorCode, errorMessage } = row;
  const cells = { vid, status: state, token, errorCode, errorMessage };
  return referenceId === undefined ? cells : { ...cells, referenceId };
}

export function cellOf(result: Result, column: Column): string | null {
  if (column === 'status') return result.state;
  if (column === 'referenceId') return result.referenceId ?? null;
  return column === 'advice' ? rowAdvice(result) : result.row[column];
}
