import type { Role } from '@mts/domain';

import type { Database, Transaction } from './database.js';

/** An API key as administrators see it; of the key itself only a hash is stored. */
export interface StoredApiKey {
  readonly id: string;
  /** Of the caller: keys of one name are one caller, so that its requests stay its own when its key is changed. */
  readonly name: string;
  readonly roles: readonly Role[];
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
  /** To within {@link LAST_USE_STEP_SECONDS}. */
  readonly lastUsedAt: Date | null;
}

export interface NewApiKey {
  readonly id: string;
  readonly name: string;
  readonly hash: Buffer;
  readonly roles: readonly Role[];
}

/** What a call is checked against. */
export interface ActiveApiKey {
  readonly id: string;
  readonly name: string;
  readonly hash: Buffer;
  readonly roles: readonly Role[];
  readonly isUseNoted: boolean;
}

/** How exactly it is known when a key was last used: a write for every call would cost more than the call. */
const LAST_USE_STEP_SECONDS = 60;

const COLUMNS = `id, name, roles, created_at AS "createdAt", revoked_at AS "revokedAt", last_used_at AS "lastUsedAt"`;

/** The keys of callers. Nothing is kept of them elsewhere, so that one that is revoked is refused at once everywhere. */
export class ApiKeyStore {
  constructor(private readonly database: Database) {}

  /**
   * Adds a key. One of a name that was used before, even if it is revoked, would get at the requests of that caller: it
   * is added only to rotate the key of that caller, and one with a new name only for a new caller.
   */
  async add(
    key: NewApiKey,
    whose: 'new caller' | 'known caller',
  ): Promise<StoredApiKey | 'name in use' | 'name unknown'> {
    return this.database.transaction(async (tx) => {
      // Two keys of one new name at the same moment would be one caller without anybody having said so.
      await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('api_key ' || $1, 0))`, [key.name]);
      const isKnown =
        (await tx.query('SELECT 1 FROM api_key WHERE name = $1 LIMIT 1', [key.name])).length > 0;
      if (isKnown && whose === 'new caller') return 'name in use';
      if (!isKnown && whose === 'known caller') return 'name unknown';
      return insert(tx, key);
    });
  }

  /** All there are and were, the newest first. */
  async list(): Promise<readonly StoredApiKey[]> {
    return this.database.query<StoredApiKey>(`SELECT ${COLUMNS} FROM api_key ORDER BY created_at DESC, id`);
  }

  /** Revokes a key for good; one that is revoked already stays so since then. @returns undefined when there is none */
  async revoke(id: string): Promise<StoredApiKey | undefined> {
    const [row] = await this.database.query<StoredApiKey>(
      `UPDATE api_key SET revoked_at = coalesce(revoked_at, now()) WHERE id = $1 RETURNING ${COLUMNS}`,
      [id],
    );
    return row;
  }

  /** Undefined for a key that there is not, or that is revoked. */
  async findActive(id: string): Promise<ActiveApiKey | undefined> {
    const [row] = await this.database.query<ActiveApiKey>(
      `SELECT id, name, hash, roles, coalesce(last_used_at > now() - make_interval(secs => $2), false) AS "isUseNoted"
         FROM api_key WHERE id = $1 AND revoked_at IS NULL`,
      [id, LAST_USE_STEP_SECONDS],
    );
    return row;
  }

  async noteUse(id: string): Promise<void> {
    await this.database.query('UPDATE api_key SET last_used_at = now() WHERE id = $1', [id]);
  }
}

async function insert(tx: Transaction, { id, name, hash, roles }: NewApiKey): Promise<StoredApiKey> {
  const [row] = await tx.query<StoredApiKey>(
    `INSERT INTO api_key (id, name, hash, roles) VALUES ($1, $2, $3, $4) RETURNING ${COLUMNS}`,
    [id, name, hash, roles],
  );
  if (row === undefined) throw new Error('a statement that always has a row had none');
  return row;
}
