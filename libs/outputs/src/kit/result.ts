import { adviceOf, type RecordState, type ResultRow } from '@mts/domain';

/** States in which a record stands in a result, as the original names them; `valid` is ours, of lists only validated. */
export type ResultState = Extract<RecordState, 'processed' | 'error' | 'invalid'> | 'valid';

/** One row of a result. */
export interface Result {
  readonly state: ResultState;
  readonly row: ResultRow;
  /** The caller's own id of the record, if it brought one. */
  readonly referenceId?: string;
}

/** The same with its place in the list. */
export interface RecordResult extends Result {
  readonly line: number;
  /** The first record of the list that is the same person, if that is an earlier one. */
  readonly sameAsLine: number | null;
}

/** What to do about the error of a row, in plain words; null where there is none. */
export function rowAdvice({ row }: Result): string | null {
  return row.errorCode === null ? null : adviceOf(row.errorCode, row.errorMessage ?? '');
}
