import { FINISHED_REQUEST_STATES, type RecordState } from '@mts/domain';

import type { Database } from './database.js';
import type { Request } from './entities/request.entity.js';

/** A record's result, sealed. */
export interface ResultRecord {
  readonly line: number;
  /** Of one without an outcome, in a request that was cancelled: `submitted` if IDA was not asked, else `unknown`. */
  readonly state: RecordState;
  readonly sealedOutcome: Buffer | null;
  /** The caller's own id of the record. */
  readonly sealedReference: Buffer | null;
}

/** The same with the record as it was received, sealed. */
export interface ResultRecordWithInput extends ResultRecord {
  readonly sealedInput: Buffer;
}

/** With the first record of the request that is the same person, if that is an earlier one. */
export type Listed<R extends ResultRecord = ResultRecord> = R & { readonly sameAsLine: number | null };

/** Which records of a result are wanted: those in one of the states, and those that are the same person as an earlier one. */
export interface ResultSelection {
  readonly states: readonly RecordState[];
  readonly duplicates: boolean;
}

/** Two records of one request that are the same person. */
export interface SamePerson {
  readonly line: number;
  readonly sameAsLine: number;
}

/** Reads what became of the records of requests that have ended, and keeps account of who has read it. */
export class ResultStore {
  constructor(private readonly database: Database) {}

  /** Results in source order, at most `limit` after a line; all unless some are selected. */
  async page(
    id: string,
    afterLine: number,
    limit: number,
    selection?: ResultSelection,
  ): Promise<readonly Listed[]> {
    return this.database.query<Listed>(pageOf('', selection), [id, afterLine, limit, ...values(selection)]);
  }

  /** The same, each with its record: for a request that keeps its input. */
  async pageWithInput(
    id: string,
    afterLine: number,
    limit: number,
    selection?: ResultSelection,
  ): Promise<readonly Listed<ResultRecordWithInput>[]> {
    const sql = pageOf(', r.sealed_input AS "sealedInput"', selection);
    return this.database.query<Listed<ResultRecordWithInput>>(sql, [
      id,
      afterLine,
      limit,
      ...values(selection),
    ]);
  }

  /** The records as they were received, in source order, at most `limit` after a line. */
  async inputs(
    id: string,
    afterLine: number,
    limit: number,
  ): Promise<readonly Pick<ResultRecordWithInput, 'line' | 'sealedInput'>[]> {
    return this.database.query<Pick<ResultRecordWithInput, 'line' | 'sealedInput'>>(
      `SELECT line, sealed_input AS "sealedInput" FROM record WHERE request_id = $1 AND line > $2 ORDER BY line LIMIT $3`,
      [id, afterLine, limit],
    );
  }

  /** Whether at least one of the records has an id of its own. */
  async hasReferences(id: string): Promise<boolean> {
    const rows = await this.database.query(
      'SELECT 1 FROM record WHERE request_id = $1 AND sealed_reference IS NOT NULL LIMIT 1',
      [id],
    );
    return rows.length > 0;
  }

  /** Whether the results are still those of the end that the request had when it was looked up. */
  async stands({ id, state, endedAt }: Pick<Request, 'id' | 'state' | 'endedAt'>): Promise<boolean> {
    const rows = await this.database.query(
      // To the millisecond, which is what a Date can hold.
      `SELECT 1 FROM request WHERE id = $1 AND state = $2 AND date_trunc('milliseconds', ended_at) IS NOT DISTINCT FROM $3::timestamptz`,
      [id, state, endedAt],
    );
    return rows.length > 0;
  }

  /** Records that are the same person as an earlier one, in source order, at most `limit` after a line. */
  async samePersons(id: string, afterLine: number, limit: number): Promise<readonly SamePerson[]> {
    return this.database.query<SamePerson>(
      `WITH one AS MATERIALIZED (${DUPLICATES} AND line > $2)
       SELECT line, same_as_line AS "sameAsLine" FROM one ORDER BY line LIMIT $3`,
      [id, afterLine, limit],
    );
  }

  /** The same, person by person: ordered by the first record, then by line. @param after the last one that is known */
  async duplicates(id: string, after: SamePerson, limit: number): Promise<readonly SamePerson[]> {
    return this.database.query<SamePerson>(
      `SELECT line, same_as_line AS "sameAsLine" FROM (${DUPLICATES} AND (same_as_line, line) > ($2, $3)) one
        ORDER BY same_as_line, line LIMIT $4`,
      [id, after.sameAsLine, after.line, limit],
    );
  }

  /**
   * Notes that the whole result was fetched, if it is still that of the end that the request had when it was looked up;
   * where that is to erase it, after so long.
   */
  async noteDownload({ id, endedAt }: Pick<Request, 'id' | 'endedAt'>, graceMinutes: number): Promise<void> {
    await this.database.query(
      `UPDATE request
          SET downloaded_at = now(),
              erase_at = CASE WHEN erase_after_download THEN least(erase_at, now() + make_interval(mins => $3)) ELSE erase_at END
        WHERE id = $1 AND date_trunc('milliseconds', ended_at) = $2 AND state = ANY ($4)`,
      [id, endedAt, graceMinutes, [...FINISHED_REQUEST_STATES]],
    );
  }

  /**
   * Notes the caller's word that it has the results: they go as soon as nothing is under way to anybody.
   * @returns `eraseAt` null while something is; undefined for a request that has not ended
   */
  async acknowledge(id: string): Promise<Pick<Request, 'acknowledgedAt' | 'eraseAt'> | undefined> {
    const [row] = await this.database.query<Pick<Request, 'acknowledgedAt' | 'eraseAt'>>(
      `UPDATE request r
          SET acknowledged_at = coalesce(acknowledged_at, now()), erase_at = least(erase_at, now())
        WHERE id = $1 AND state = ANY ($2)
       RETURNING acknowledged_at AS "acknowledgedAt", CASE WHEN NOT ${deliveryUnderWay('r.id')} THEN erase_at END AS "eraseAt"`,
      [id, [...FINISHED_REQUEST_STATES]],
    );
    return row;
  }

  /** Finished requests whose results are to go by now, and of which nothing is under way to anybody any more. */
  async dueForErasure(limit: number): Promise<readonly string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM request r
        WHERE erase_at <= now() AND state = ANY ($1)
          AND NOT ${deliveryUnderWay('r.id')}
        ORDER BY erase_at LIMIT $2`,
      [[...FINISHED_REQUEST_STATES], limit],
    );
    return rows.map((row) => row.id);
  }
}

/** Whether results still go out, or are to: they are not erased under whoever delivers them. @param requestId a column */
export const deliveryUnderWay = (requestId: string): string =>
  `EXISTS (SELECT 1 FROM delivery d WHERE d.request_id = ${requestId} AND d.state NOT IN ('delivered', 'failed', 'withheld'))`;

/** The condition is that of the index `record_duplicates`, and the two numbers are all that is wanted. */
const DUPLICATES = 'SELECT line, same_as_line FROM record WHERE request_id = $1 AND same_as_line IS NOT NULL';

function pageOf(more: string, selection: ResultSelection | undefined): string {
  const selected = selection && 'AND (r.state = ANY ($4) OR ($5 AND r.same_as_line IS NOT NULL))';
  return `
    SELECT r.line, r.state, r.same_as_line AS "sameAsLine", r.sealed_outcome AS "sealedOutcome",
           r.sealed_reference AS "sealedReference"${more}
      FROM record r WHERE r.request_id = $1 AND r.line > $2 ${selected ?? ''} ORDER BY r.line LIMIT $3`;
}

function values(selection: ResultSelection | undefined): readonly unknown[] {
  return selection === undefined ? [] : [selection.states, selection.duplicates];
}
