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

/** What the rest of the system needs to know of a result format; request schemas, documents and forms follow from it. */
export interface ResultFormat<Id extends string = string> {
  /** Name of the format's folder, and `output` in a request. */
  readonly id: Id;
  /** For people. */
  readonly title: string;
  open(): ResultWriter;
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
