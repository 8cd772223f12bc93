import { DatabaseError, type PoolClient } from 'pg';

import type { Database } from './database.js';

/**
 * - `busy`: somebody else held the table for too long, or the work itself took too long or was stopped; it can be done again.
 *   VACUUM FULL has changed nothing then, and a plain one has done a part of its work.
 * - `refused`: the role of this program neither owns the table nor has the right MAINTAIN.
 */
export type Vacuumed = 'done' | 'busy' | 'refused';

/** In milliseconds; 0 is without end, as PostgreSQL means it. */
export interface VacuumLimits {
  readonly lockWaitMs: number;
  readonly takesMs: number;
  /** Ends it before. */
  readonly stop?: AbortSignal | undefined;
}

/** https://www.postgresql.org/docs/18/errcodes-appendix.html */
const [WARNING, LOCK_NOT_AVAILABLE, QUERY_CANCELED] = ['01000', '55P03', '57014'];

/** Runs one VACUUM statement, on a connection of its own and outside of any transaction. */
export async function vacuum(database: Database, statement: string, limits: VacuumLimits): Promise<Vacuumed> {
  const runner = database.source.createQueryRunner();
  const warnings: (string | undefined)[] = [];
  const note = ({ code }: { code?: string | undefined }): unknown => warnings.push(code);
  try {
    const client = (await runner.connect()) as PoolClient;
    client.on('notice', note);
    try {
      await client.query(`SET lock_timeout = ${String(limits.lockWaitMs)}`);
      await client.query(`SET statement_timeout = ${String(limits.takesMs)}`);
      if ((await untilStopped(database, client, statement, limits.stop)) === 'not begun') return 'busy';
    } catch (error) {
      if (isOf(error, LOCK_NOT_AVAILABLE) || isOf(error, QUERY_CANCELED)) return 'busy';
      throw error;
    } finally {
      client.off('notice', note);
      await client.query('RESET lock_timeout');
      await client.query('RESET statement_timeout');
    }
  } finally {
    await runner.release();
  }
  // Whoever lacks the right is warned and not told by an error (vacuum.c, vacuum_is_permitted_for_relation).
  if (warnings.includes(WARNING)) return 'refused';
  return warnings.includes(LOCK_NOT_AVAILABLE) ? 'busy' : 'done';
}

/**
 * The end of its connection alone would not end a VACUUM, for its backend looks at its client only when it is done; so another
 * connection cancels it. @throws DatabaseError of QUERY_CANCELED
 */
async function untilStopped(
  database: Database,
  client: PoolClient,
  statement: string,
  stop = new AbortController().signal,
): Promise<'ended' | 'not begun'> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  let cancelled: Promise<unknown> = Promise.resolve();
  const cancel = (): void => {
    cancelled = database.query('SELECT pg_cancel_backend($1)', [rows[0]?.pid]);
    // Told once the statement has ended.
    cancelled.catch(() => undefined);
  };
  stop.addEventListener('abort', cancel);
  try {
    if (stop.aborted) return 'not begun';
    await client.query(statement);
    return 'ended';
  } finally {
    stop.removeEventListener('abort', cancel);
    // Else it could strike the next statement of this connection.
    await cancelled;
  }
}

function isOf(error: unknown, code: string | undefined): boolean {
  return error instanceof DatabaseError && error.code === code;
}
