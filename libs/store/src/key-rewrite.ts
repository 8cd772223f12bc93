import type { Database } from './database.js';
import { vacuum } from './vacuum.js';

/**
 * - `clean`: no erased key stands in the file of its table.
 * - `later`: some do, and whoever still looks at the tables as they were before (a backup under way) keeps them there; or
 *   somebody uses the tables just now.
 * - `refused`: the role of this program may not do it.
 */
export type Rewriting = 'clean' | 'later' | 'refused';

/** Nobody waits longer than this because keys were erased, for whoever comes while we wait for the tables waits as well. */
const LIMITS = { lockWaitMs: 200, takesMs: 1000 };

/**
 * Lets go of the bytes of erased keys. PostgreSQL keeps former versions of a row in the file, and a vacuum leaves their bytes
 * there until something else is written over them: whoever has the file and the key-encryption key could carve them out.
 * VACUUM FULL writes the rows that live into a new file and removes the old one. Both tables are small: a few rows for each
 * request that is not archived yet.
 */
export async function rewriteKeyTables(database: Database): Promise<Rewriting> {
  const erased = await database.query<{ subject: string; purpose: string }>(SEEN_BY_NOBODY);
  if (erased.length > 0) {
    // Also what is hashed with a shared secret: a caller may make an idempotency key of somebody's number.
    for (const table of ['wrapped_key', 'idempotency']) {
      const outcome = await vacuum(database, `VACUUM (FULL) ${table}`, LIMITS);
      if (outcome !== 'done') return outcome === 'refused' ? 'refused' : 'later';
    }
    await database.query(FORGET, [erased.map((key) => key.subject), erased.map((key) => key.purpose)]);
  }
  const left = await database.query('SELECT 1 FROM wrapped_key WHERE wrapped IS NULL LIMIT 1');
  return left.length > 0 ? 'later' : 'clean';
}

/**
 * Keys whose erasure every transaction sees that goes on, so that VACUUM FULL does not take them along: it keeps what a
 * snapshot, or a replication slot, may still look at. The row that an erasure leaves was written by the transaction that
 * erased; a plain vacuum looks at nothing. Our own snapshot is among those asked about: none of an unfinished transaction.
 */
const SEEN_BY_NOBODY = `
  SELECT subject, purpose FROM wrapped_key
   WHERE wrapped IS NULL AND age(xmin) > (
     SELECT max(age(held.xmin)) FROM (
       SELECT backend_xmin AS xmin FROM pg_stat_activity
        WHERE (datid IS NULL OR datname = current_database())
          AND pid NOT IN (SELECT pid FROM pg_stat_progress_vacuum)
       UNION ALL
       SELECT s.xmin FROM pg_replication_slots s
     ) held)`;

const FORGET = `
  DELETE FROM wrapped_key k USING unnest($1::uuid[], $2::text[]) AS e (subject, purpose)
   WHERE k.subject = e.subject AND k.purpose = e.purpose AND k.wrapped IS NULL`;
