import type { RecordState, ResultRow } from '@mts/domain';

/** States in which a record stands in a result, as the original names them. */
export type ResultState = Extract<RecordState, 'processed' | 'error' | 'invalid'>;

/** One row of a result. */
export interface Result {
  readonly state: ResultState;
  readonly row: ResultRow;
}

/** Writes one result from top to bottom; every method returns the next piece of the text. */
export interface ResultWriter {
  header(): string;
  /** The next rows, in source order. */
  rows(results: readonly Result[]): string;
  footer(): string;
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

/** As {@link ResultWriter}, for rows that an outputFormat has made. @throws ApiError ATS-REQ-104 */
export interface ShapedWriter {
  header(): string;
  rows(rows: readonly ShapedRow[]): string;
  footer(): string;
}

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
  open(): ResultWriter;
  readonly shaped: ShapedFormat;
}

/** Keys and columns of a row in the order of the original's 1.1. */
export const COLUMNS = ['vid', 'status', 'token', 'errorCode', 'errorMessage'] as const;

export type Cells = Readonly<Record<(typeof COLUMNS)[number], string | null>>;

export function cellsOf({ state, row }: Result): Cells {
  return {
    vid: row.vid,
    status: state,
    token: row.token,
    errorCode: row.errorCode,
    errorMessage: row.errorMessage,
  };
}
