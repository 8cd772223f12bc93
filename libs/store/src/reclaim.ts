import type { Database } from './database.js';
import { vacuum, type Vacuumed } from './vacuum.js';

/**
 * Makes the room of erased records free for new ones, at once: autovacuum waits until a fifth of the table is dead, which of
 * a large one is several lists. Nobody waits for it: the table is read and written meanwhile, and its file stays as long as
 * it is, because to shorten it would want the table alone.
 *
 * @param stop ends it: the room that it has come to stays free, and the next vacuum, also autovacuum, comes to the rest
 */
export async function reclaimRecords(database: Database, stop?: AbortSignal): Promise<Vacuumed> {
  return vacuum(database, 'VACUUM (SKIP_LOCKED, TRUNCATE false) record', { lockWaitMs: 0, takesMs: 0, stop });
}
