import { DatabaseError, type PoolClient } from 'pg';

import type { Database } from './database.js';

/**
 * - `busy`: somebody else held the table for too long, or the work itself took too long; nothing has changed.
 * - `refused`: the role of this program neither owns the table nor has the right MAINTAIN.
 */
export type Vacuumed = 'done' | 'busy' | 'refused';

/** In milliseconds; 0 is without end, as PostgreSQL means it. */
export interface VacuumLimits {
  readonly lockWaitMs: number;
  readonly takesMs: number;
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
      await client.query(statement);
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

function isOf(error: unknown, code: string | undefined): boolean {
  return error instanceof DatabaseError && error.code === code;
}
