import type { Database, Transaction } from './database.js';
import type { Request } from './entities/request.entity.js';

/** What a wrapped key is for. `idempotency`: a secret that many requests share. */
export type KeyPurpose = 'input' | 'results' | 'idempotency';

/** A key as it is stored; libs/crypto wraps and unwraps it. */
export interface WrappedKey {
  /** The request's id; of a secret that requests share, an id of its own. */
  readonly subject: string;
  readonly purpose: KeyPurpose;
  readonly kekId: string;
  readonly wrapped: Buffer;
}

/** The keys of a new request, both wrapped with the same key. */
export type NewRequestKeys = Pick<Request, 'wrappedInputKey' | 'wrappedResultsKey'> & {
  readonly kekId: string;
};

/** Whether a request has the key of a purpose. @param requestId a column */
export const hasKey = (requestId: string, purpose: 'input' | 'results'): string =>
  `EXISTS (SELECT 1 FROM wrapped_key k WHERE k.subject = ${requestId} AND k.purpose = '${purpose}' AND k.wrapped IS NOT NULL)`;

export async function keepRequestKeys(
  tx: Pick<Transaction, 'query'>,
  requestId: string,
  keys: NewRequestKeys,
): Promise<void> {
  await tx.query(
    `INSERT INTO wrapped_key (subject, purpose, kek_id, wrapped)
     SELECT $1, purpose, $2, wrapped FROM (VALUES ('input', $3::bytea), ('results', $4::bytea)) AS n (purpose, wrapped)
      WHERE wrapped IS NOT NULL`,
    [requestId, keys.kekId, keys.wrappedInputKey, keys.wrappedResultsKey],
  );
}

/**
 * Erases keys of a request: from the commit on nobody can open what they have sealed. Their bytes go from the table's file
 * when that is written anew, see key-rewrite.ts. Whoever calls holds a lock on the request's row.
 */
export async function eraseRequestKeys(
  tx: Pick<Transaction, 'query'>,
  requestId: string,
  purposes: readonly ('input' | 'results')[],
): Promise<void> {
  await tx.query(
    `UPDATE wrapped_key SET wrapped = NULL, erased_at = now()
      WHERE subject = $1 AND purpose = ANY ($2) AND wrapped IS NOT NULL`,
    [requestId, purposes],
  );
}

/**
 * The keys that are wrapped with a key-encryption key, ordered by subject, all of a subject together; without those of
 * requests that need this very key for their tokens, until they are archived.
 *
 * @param afterSubject the last one that is known
 */
export async function wrappedKeysOf(
  database: Database,
  kekId: string,
  afterSubject: string | null,
  limitSubjects: number,
): Promise<readonly WrappedKey[]> {
  return database.query<WrappedKey>(
    `SELECT subject, purpose, kek_id AS "kekId", wrapped FROM wrapped_key
      WHERE kek_id = $1 AND wrapped IS NOT NULL AND subject IN (
        SELECT DISTINCT k.subject FROM wrapped_key k
         WHERE k.kek_id = $1 AND k.wrapped IS NOT NULL AND ($2::uuid IS NULL OR k.subject > $2)
           AND NOT EXISTS (SELECT 1 FROM request r WHERE r.id = k.subject AND r.tokens_by_kek)
         ORDER BY k.subject LIMIT $3)
      ORDER BY subject, purpose`,
    [kekId, afterSubject, limitSubjects],
  );
}

/**
 * Puts keys that are wrapped anew in the place of the former ones, all of a request at once. A key that was erased or
 * exchanged meanwhile stays as it is.
 *
 * @returns how many were exchanged
 */
export async function replaceWrappedKeys(
  database: Pick<Database, 'query'>,
  former: readonly WrappedKey[],
  by: readonly Pick<WrappedKey, 'kekId' | 'wrapped'>[],
): Promise<number> {
  const replaced = await database.query(
    `UPDATE wrapped_key k SET kek_id = n.kek_id, wrapped = n.wrapped
       FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::text[], $5::bytea[]) AS n (subject, purpose, former, kek_id, wrapped)
      WHERE k.subject = n.subject AND k.purpose = n.purpose AND k.wrapped = n.former
     RETURNING 1`,
    [
      former.map(({ subject }) => subject),
      former.map(({ purpose }) => purpose),
      former.map(({ wrapped }) => wrapped),
      by.map(({ kekId }) => kekId),
      by.map(({ wrapped }) => wrapped),
    ],
  );
  return replaced.length;
}
