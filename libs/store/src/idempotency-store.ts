import type { RequestState } from '@mts/domain';

import type { Transaction } from './database.js';
import type { WrappedKey } from './key-store.js';

/** A caller's key and what came with it, hashed with a secret. */
export interface IdempotencyRow {
  readonly keyIndex: Buffer;
  readonly contentIndex: Buffer;
  readonly secretId: string;
}

/** A request that was handed in with a key. */
export interface KeyedRequest extends Pick<IdempotencyRow, 'contentIndex' | 'secretId'> {
  readonly requestId: string;
  readonly state: RequestState;
}

/** What calls are hashed with, as it is stored. */
export type WrappedSecret = Omit<WrappedKey, 'purpose'>;

/** Longer than a list of a million records takes to become a request, once all of it is there. */
const LOCK_WAIT_MS = 120_000;

/** What callers' idempotency keys stand for. All within the transaction that makes a request; erased with the request. */
export class IdempotencyStore {
  /**
   * Makes whoever else hands in with the same key wait until this transaction has ended: the hashes cannot do that,
   * because two calls of one night may be hashed with the secrets of two days.
   *
   * @param lock of the owner and the key; kept in memory only, as long as the transaction goes on
   */
  async lock(tx: Transaction, lock: bigint): Promise<void> {
    await tx.waitAtMost(LOCK_WAIT_MS);
    await tx.query('SELECT pg_advisory_xact_lock($1)', [lock.toString()]);
  }

  /** All that calls may have been hashed with. */
  async secrets(tx: Transaction): Promise<readonly WrappedSecret[]> {
    return tx.query<WrappedSecret>(
      `SELECT subject, kek_id AS "kekId", wrapped FROM wrapped_key
        WHERE purpose = 'idempotency' AND wrapped IS NOT NULL ORDER BY subject`,
    );
  }

  async keepSecret(tx: Transaction, { subject, kekId, wrapped }: WrappedSecret): Promise<void> {
    await tx.query(
      `INSERT INTO wrapped_key (subject, purpose, kek_id, wrapped) VALUES ($1, 'idempotency', $2, $3)`,
      [subject, kekId, wrapped],
    );
  }

  /** @param keyIndexes the same key, hashed with each of the secrets */
  async find(
    tx: Transaction,
    owner: string,
    keyIndexes: readonly Buffer[],
  ): Promise<KeyedRequest | undefined> {
    const [row] = await tx.query<KeyedRequest>(
      `SELECT i.content_index AS "contentIndex", i.secret_id AS "secretId", r.id AS "requestId", r.state
         FROM idempotency i JOIN request r ON r.id = i.request_id WHERE i.owner = $1 AND i.key_index = ANY ($2)`,
      [owner, keyIndexes],
    );
    return row;
  }

  async keep(tx: Transaction, owner: string, row: IdempotencyRow, requestId: string): Promise<void> {
    await tx.query(
      'INSERT INTO idempotency (owner, key_index, content_index, secret_id, request_id) VALUES ($1, $2, $3, $4, $5)',
      [owner, row.keyIndex, row.contentIndex, row.secretId, requestId],
    );
  }
}
