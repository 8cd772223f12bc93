import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';

import { assertRequestMove, FINISHED_REQUEST_STATES, type RequestState } from '@mts/domain';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

import { COPY_COLUMNS } from './copy/copy-block.js';
import { PROBE_NEW_WORK } from './back-off.js';
import type { Database, Transaction } from './database.js';
import { Request } from './entities/request.entity.js';
import { eraseRequestKeys, keepRequestKeys, type NewRequestKeys } from './key-store.js';
import type { OfRequest } from './page.js';
import { type Bite, eraseSome, RECORDED_REQUESTS } from './record-erasure.js';
import { archiveRequest, endRequest } from './request-end.js';

/** What a request is made of when its upload begins. Sealed and wrapped values come from libs/crypto. */
export type NewRequest = Pick<Request, 'id' | 'owner' | 'input' | 'output' | 'sealedOptions'> &
  NewRequestKeys &
  Partial<
    Pick<Request, 'keepsInput' | 'awaited' | 'validateOnly' | 'sealedCorrelation' | 'eraseAfterDownload'>
  >;

/** A list without a usable record has ended, and so has one that is only to be validated. */
export type SubmittedState = Extract<
  RequestState,
  'submitted' | 'submitted_with_errors' | 'processed' | 'processed_with_errors'
>;

/** What a finished upload has become. */
export interface Submission {
  readonly state: SubmittedState;
  /** So many ranges have work. */
  readonly ranges: number;
}

/** What waits for a seeder, and for whom. */
export interface DueWork extends OfRequest {
  readonly owner: string;
}

/** How far a request is, counted in records. */
export interface Progress {
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly invalid: number;
}

/**
 * - `archived`: by this call; its rows are to be erased.
 * - `left alone`: it has been begun again since it was found, or somebody else has erased it.
 */
export type Archiving = 'archived' | 'left alone';

/**
 * Records of one range: about a second of work of one seeder, so that a list is spread over all seeders and a
 * newcomer waits no longer than that for a free place.
 */
export const RANGE_LENGTH_RECORDS = 500;

/** The upload was swept away as abandoned, or discarded, while it still went on. */
export class UploadGoneError extends Error {
  override readonly name = 'UploadGoneError';

  constructor(requestId: string) {
    super(`The upload of request ${requestId} is gone`);
  }
}

/** Requests: taking them in, telling of them, erasing them. */
export class RequestStore {
  constructor(private readonly database: Database) {}

  /** The request begins as `receiving`: its rows come in blocks, and nobody sees it before {@link submit}. */
  async begin(request: NewRequest): Promise<void> {
    await this.database.transaction(async (tx) => insertRequest(tx, request, 'receiving'));
  }

  /** Adds one block of records (see CopyBlock) and commits it. @throws UploadGoneError */
  async addBlock(requestId: string, block: Uint8Array): Promise<void> {
    await this.database.transaction(async (tx) => {
      await showProgress(tx, requestId);
      await copyBlock(tx, block);
    });
  }

  /** For an upload whose next block takes long: without it or a block it counts as abandoned. @throws UploadGoneError */
  async keepAlive(requestId: string): Promise<void> {
    await showProgress(this.database, requestId);
  }

  /**
   * The last step of an upload or a pull, in one transaction with the jobs: from here on the request exists for everybody.
   * @throws UploadGoneError
   */
  async submit(requestId: string, total: number, tx: Transaction): Promise<Submission> {
    await showProgress(tx, requestId);
    await tx.query(JOIN_BY_HASH);
    await tx.query(FIND_TWINS, [requestId]);
    await tx.query(JOIN_AS_USUAL);
    const ranges = await tx.query<NewRange>(MAKE_RANGES, [requestId, RANGE_LENGTH_RECORDS, total]);
    const [request] = await tx.query<{ from: RequestState; validateOnly: boolean }>(
      `UPDATE request SET total = $2, touched_at = now() WHERE id = $1 RETURNING state AS from, validate_only AS "validateOnly"`,
      [requestId, total],
    );
    if (request === undefined) throw new UploadGoneError(requestId);
    const state = stateAfterSubmission(ranges, request.validateOnly);
    if (state !== 'submitted') {
      await endRequest(tx, requestId, request.from, state);
      return { state, ranges: 0 };
    }
    assertRequestMove(request.from, state);
    await tx.query(`UPDATE request SET state = 'submitted' WHERE id = $1`, [requestId]);
    await tx.query(PROBE_NEW_WORK, [requestId]);
    return { state, ranges: ranges.filter((range) => !range.finished).length };
  }

  /**
   * Removes what a broken upload left: its keys at once, its rows after them. @returns whether it was an upload
   *
   * @param stop leaves what rows are left then for the next time
   */
  async discard(requestId: string, stop?: AbortSignal): Promise<boolean> {
    const isDiscarded = await this.database.transaction(async (tx) => {
      const discarded = await tx.query(
        `UPDATE request SET archived_at = now(), sealed_options = NULL WHERE id = $1 AND state = 'receiving' RETURNING 1`,
        [requestId],
      );
      if (discarded.length === 0) return false;
      await eraseRequestKeys(tx, requestId, ['input', 'results']);
      return true;
    });
    // A commit whose answer was lost on the way has made it a request that is worked on: it stays.
    if (!isDiscarded) return false;
    await this.eraseRecords(requestId, stop);
    // Without it nobody would find the rows that are left.
    if (stop?.aborted === true) return true;
    await this.database.query(`DELETE FROM request WHERE id = $1 AND state = 'receiving'`, [requestId]);
    return true;
  }

  /** Uploads that have made no progress for so long: their process is gone. */
  async abandonedUploads(idleMinutes: number): Promise<readonly string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM request WHERE state = 'receiving' AND touched_at < now() - make_interval(mins => $1)`,
      [idleMinutes],
    );
    return rows.map((row) => row.id);
  }

  /** A request that callers may know of, or null. */
  async find(id: string): Promise<Request | null> {
    const request = await this.database.source.getRepository(Request).findOneBy({ id });
    return request === null || request.state === 'receiving' ? null : request;
  }

  async progress(id: string): Promise<Progress> {
    const [row] = await this.database.query<Progress>(
      `SELECT coalesce(sum(total), 0)::int AS total, coalesce(sum(done), 0)::int AS done,
              coalesce(sum(failed), 0)::int AS failed, coalesce(sum(invalid), 0)::int AS invalid
         FROM range WHERE request_id = $1`,
      [id],
    );
    return row ?? { total: 0, done: 0, failed: 0, invalid: 0 };
  }

  /**
   * Requests past their age: finished ones, and such as were paused, or held by their own records, for that long. One with
   * work that anything but somebody's word keeps waiting is never among them.
   */
  async expired(ageHours: number, limit: number): Promise<readonly string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM request WHERE ${restsFor('make_interval(hours => $2)')} ORDER BY created_at LIMIT $3`,
      [[...FINISHED_REQUEST_STATES], ageHours, limit],
    );
    return rows.map((row) => row.id);
  }

  /** Destroys the keys of a request that has rested for so long; the summary stays, its rows go by {@link eraseRecords}. */
  async archive(id: string, restedHours = 0): Promise<Archiving> {
    return this.database.transaction(async (tx) => {
      const [request] = await tx.query<{ state: RequestState }>(
        `SELECT state FROM request WHERE id = $2 AND ${restsFor('make_interval(hours => $3)')} FOR UPDATE`,
        [[...FINISHED_REQUEST_STATES], id, restedHours],
      );
      if (request === undefined) return 'left alone';
      await archiveRequest(tx, id, request.state);
      return 'archived';
    });
  }

  /** Archived requests whose rows are still there, because the process ended between the two steps. */
  async halfErased(limit: number): Promise<readonly string[]> {
    const rows = await this.database.query<{ id: string }>(
      `${RECORDED_REQUESTS} SELECT id FROM recorded JOIN request USING (id) WHERE state = 'archived' LIMIT $1`,
      [limit],
    );
    return rows.map((row) => row.id);
  }

  /** In bites, so that nothing else waits long, and none after the `stop`. @returns how many are erased */
  async eraseRecords(id: string, stop?: AbortSignal): Promise<number> {
    let erased = 0;
    for (let after: number | undefined = 0; after !== undefined;) {
      if (stop?.aborted === true) break;
      const bite: Bite = await eraseSome(this.database, id, after);
      erased += bite.erased;
      after = bite.after;
    }
    return erased;
  }

  /** Erases as many records as take no time worth speaking of. */
  async eraseBite(id: string): Promise<'none is left' | 'some are left'> {
    const { after } = await eraseSome(this.database, id);
    return after === undefined ? 'none is left' : 'some are left';
  }
}

/** Makes the request's row, and keeps its keys. */
export async function insertRequest(
  tx: Transaction,
  request: NewRequest,
  state: Extract<RequestState, 'receiving' | 'pulling'>,
): Promise<void> {
  await tx.manager.getRepository(Request).insert({ ...request, state });
  await keepRequestKeys(tx, request.id, request);
}

/** Adds records, see CopyBlock. */
export async function copyBlock(tx: Transaction, block: Uint8Array): Promise<void> {
  const client = (await tx.manager.queryRunner?.connect()) as PoolClient;
  const copy = client.query(copyFrom(`COPY record (${COPY_COLUMNS.join(', ')}) FROM STDIN (FORMAT binary)`));
  await pipeline(Readable.from([block]), copy);
}

interface NewRange {
  readonly n: number;
  readonly finished: boolean;
  readonly invalid: number;
}

function stateAfterSubmission(ranges: readonly NewRange[], validateOnly: boolean): SubmittedState {
  if (ranges.every((range) => range.finished)) return 'submitted_with_errors';
  if (!validateOnly) return 'submitted';
  return ranges.some((range) => range.invalid > 0) ? 'processed_with_errors' : 'processed';
}

/** Once an upload is discarded, nothing can be added to it any more: no row can outlive its request. */
async function showProgress(database: Pick<Transaction, 'query'>, requestId: string): Promise<void> {
  const receiving = await database.query(
    `UPDATE request SET touched_at = now() WHERE id = $1 AND state IN ('receiving','pulling') AND archived_at IS NULL RETURNING 1`,
    [requestId],
  );
  if (receiving.length === 0) throw new UploadGoneError(requestId);
}

/**
 * Whether a request has no work to be done any more, and had none for so long: it has ended, or only somebody could have let
 * it go on, and did not. However long it waits for IDA, for a seeder, for its turn, or with ranges that are set aside, it is
 * none of these. `$1` are the finished states.
 */
export const restsFor = (age: string): string => `(
  (state = ANY ($1) AND coalesce(ended_at, created_at) <= now() - ${age})
  OR (state IN ('pulling', 'submitted', 'processing')
      AND EXISTS (SELECT 1 FROM request_hold h
                   WHERE h.request_id = request.id AND h.since <= now() - ${age} AND h.next_probe_at IS NULL)
      AND NOT EXISTS (SELECT 1 FROM pull p WHERE p.request_id = request.id AND p.lease_until > now())
      AND NOT EXISTS (SELECT 1 FROM range g WHERE g.request_id = request.id AND g.lease_until > now())))`;

/**
 * PostgreSQL has no statistics of records that came a moment ago, takes them for a handful, and would join them in nested
 * loops: in a time that grows with the square of the list.
 */
const JOIN_BY_HASH = 'SET LOCAL enable_nestloop = off';
const JOIN_AS_USUAL = 'SET LOCAL enable_nestloop = on';

/** Identical records (same person, same demographics) are asked once: the later ones share the first one's outcome. */
const FIND_TWINS = `
  UPDATE record r SET twin_of_line = f.line
    FROM (SELECT record_index, min(line) AS line FROM record
           WHERE request_id = $1 AND record_index IS NOT NULL GROUP BY record_index HAVING count(*) > 1) f
   WHERE r.request_id = $1 AND r.record_index = f.record_index AND r.line <> f.line`;

/** A twin counts in the range of the record that it shares the outcome of: whoever holds that range writes both. */
const MAKE_RANGES = `
  INSERT INTO range (request_id, n, from_line, to_line, sent_through_line, total, invalid, finished_at)
  SELECT $1, n, n * $2 + 1, least((n + 1) * $2, $3), n * $2, count(*), count(*) FILTER (WHERE state = 'invalid'),
         CASE WHEN bool_and(state = 'invalid') THEN now() END
    FROM (SELECT (coalesce(twin_of_line, line) - 1) / $2 AS n, state FROM record WHERE request_id = $1) one
   GROUP BY n
  RETURNING n, finished_at IS NOT NULL AS finished, invalid`;
