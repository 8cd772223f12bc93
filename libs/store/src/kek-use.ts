import type { Database } from './database.js';
import { type KekIdentity, keksInUse } from './kek-store.js';

/** What still needs a key-encryption key. */
export interface KekUse {
  /** Requests, and secrets that they share, whose keys are wrapped with it. */
  readonly subjects: number;
  /** Of them, requests that need this very key until they are archived, see {@link wrappedKeysOf}. */
  readonly untilArchived: number;
}

/** @param except subjects that do not count */
export async function kekUse(
  database: Database,
  kekId: string,
  except: readonly string[] = [],
): Promise<KekUse> {
  const [row] = await database.query<KekUse>(
    `SELECT count(DISTINCT k.subject)::int AS subjects,
            count(DISTINCT k.subject) FILTER (WHERE r.tokens_by_kek)::int AS "untilArchived"
       FROM wrapped_key k LEFT JOIN request r ON r.id = k.subject
      WHERE k.kek_id = $1 AND k.wrapped IS NOT NULL AND k.subject <> ALL ($2::uuid[])`,
    [kekId, except],
  );
  return row ?? { subjects: 0, untilArchived: 0 };
}

/** Keys that the database has been written with: those that it holds something of, else the one that it has met last. */
export async function knownKeks(database: Database): Promise<readonly string[]> {
  const inUse = await keksInUse(database);
  return inUse.length > 0 ? inUse.toSorted() : (await notedKeks(database)).slice(-1).map(({ id }) => id);
}

/** The keys that processes have met at their start, see {@link verifyKek}. */
export async function notedKeks(database: Database): Promise<readonly KekIdentity[]> {
  return database.query<KekIdentity>('SELECT id, check_value AS "checkValue" FROM kek ORDER BY created_at');
}
