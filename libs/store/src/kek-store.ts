import { type Database, SchemaError } from './database.js';
import { Kek } from './entities/kek.entity.js';

/** A key-encryption key as the database may know it: its id, and a value that only this key gives. */
export interface KekIdentity {
  readonly id: string;
  readonly checkValue: Buffer;
}

/**
 * Notes the key that new requests are wrapped with, or finds it to be the one noted before. At every start, so that a
 * wrong or exchanged key stops the start and not the first request that needs it.
 * @throws SchemaError when the database was written with another key.
 */
export async function verifyKek(database: Database, kek: KekIdentity): Promise<void> {
  const repository = database.source.getRepository(Kek);
  await repository
    .createQueryBuilder()
    .insert()
    .values({ id: kek.id, checkValue: kek.checkValue })
    .orIgnore()
    .execute();
  const known = await repository.find();
  const same = known.find((one) => one.id === kek.id);
  if (!same?.checkValue.equals(kek.checkValue)) {
    throw new SchemaError(
      `The key-encryption key ${kek.id} is not the one that this database was written with: mount the former key`,
    );
  }
}

/** Keys that something is still wrapped with: without one of them its requests can be neither worked on nor read. */
export async function keksInUse(database: Database): Promise<readonly string[]> {
  const rows = await database.query<{ id: string }>(
    `SELECT DISTINCT kek_id AS id FROM wrapped_key WHERE wrapped IS NOT NULL`,
  );
  return rows.map((row) => row.id);
}

/** Keys that no request needs any more, because all their requests are archived. Of what they share nothing is left then. */
export async function unusedKeks(database: Database, ids: readonly string[]): Promise<readonly string[]> {
  const rows = await database.query<{ id: string }>(
    `SELECT k.id FROM unnest($1::text[]) AS k (id)
      WHERE NOT EXISTS (
        SELECT 1 FROM wrapped_key w
         WHERE w.kek_id = k.id AND w.wrapped IS NOT NULL
           AND (w.purpose <> 'idempotency' OR EXISTS (SELECT 1 FROM idempotency i WHERE i.secret_id = w.subject)))`,
    [ids],
  );
  return rows.map((row) => row.id);
}

/** Erases what is left that is wrapped with a key, before that is destroyed: secrets of requests that are no more. */
export async function eraseSecretsOf(database: Database, kekId: string): Promise<void> {
  await database.query(
    `UPDATE wrapped_key SET wrapped = NULL, erased_at = now()
      WHERE kek_id = $1 AND purpose = 'idempotency' AND wrapped IS NOT NULL`,
    [kekId],
  );
}
