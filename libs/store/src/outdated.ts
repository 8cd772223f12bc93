import type { Database } from './database.js';

/** A seeder that has ended in good order has said so; one that has not is shown for so long. */
const SEEDER_KEPT_HOURS = 24;
/** Who had a key, and since when no more, can be looked up for so long. */
const REVOKED_KEY_KEPT_DAYS = 90;

/**
 * Forgets what is of no use any more beside requests: tickets that have expired, seeders long gone, and API keys revoked long
 * ago. The last key of a name stays while there are requests of that name, because a new caller of the name would get at them.
 */
export async function forgetOutdated(database: Database): Promise<void> {
  await database.query('DELETE FROM event_ticket WHERE expires_at < now()');
  await database.query('DELETE FROM seeder WHERE seen_at < now() - make_interval(hours => $1)', [
    SEEDER_KEPT_HOURS,
  ]);
  await database.query(
    `DELETE FROM api_key k
      WHERE revoked_at < now() - make_interval(days => $1)
        AND NOT EXISTS (SELECT 1 FROM request r WHERE r.owner = 'api-key:' || k.name AND r.state <> 'archived')`,
    [REVOKED_KEY_KEPT_DAYS],
  );
}
