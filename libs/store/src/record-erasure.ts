import type { Transaction } from './database.js';

/** Lines that are erased together: so few that it takes no time worth speaking of. */
const LINES_AT_ONCE = 10_000;

/** One step of the erasing of a list. */
export interface Bite {
  readonly erased: number;
  /** Where the next one begins; undefined when nothing is left. */
  readonly after: number | undefined;
}

/**
 * Erases some records of a request, in the order of their lines. Each step begins behind the one before, for the index
 * entries of what is erased are there until the next vacuum; and it is bounded by lines, not by a number of records, because
 * PostgreSQL would sort all that are left where it has no statistics of a list yet.
 */
export async function eraseSome(
  database: Pick<Transaction, 'query'>,
  requestId: string,
  afterLine = 0,
): Promise<Bite> {
  const [bite] = await database.query<{ erased: number; through: number | null; isMore: boolean }>(BITE, [
    requestId,
    afterLine,
    LINES_AT_ONCE,
  ]);
  return { erased: bite?.erased ?? 0, after: bite?.isMore ? (bite.through ?? undefined) : undefined };
}

const BITE = `
  WITH part AS MATERIALIZED (
    SELECT min(line) AS first, min(line) + $3::int - 1 AS through FROM record WHERE request_id = $1 AND line > $2
  ), erased AS (
    DELETE FROM record
     WHERE request_id = $1 AND line BETWEEN (SELECT first FROM part) AND (SELECT through FROM part)
    RETURNING 1
  )
  SELECT (SELECT count(*) FROM erased)::int AS erased, through,
         EXISTS (SELECT 1 FROM record WHERE request_id = $1 AND line > (SELECT through FROM part)) AS "isMore"
    FROM part`;

/**
 * The requests of which there are records, as `recorded (id)`: from one to the next through the index, for there may be many
 * millions of records, and many more requests that have none any more.
 */
export const RECORDED_REQUESTS = `
  WITH RECURSIVE recorded AS (
    (SELECT request_id AS id FROM record ORDER BY request_id LIMIT 1)
    UNION ALL
    SELECT (SELECT request_id FROM record WHERE request_id > recorded.id ORDER BY request_id LIMIT 1)
      FROM recorded WHERE recorded.id IS NOT NULL
  )`;
