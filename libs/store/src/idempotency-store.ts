import type { RequestState } from '@mts/domain';

import type { Transaction } from './database.js';

/** A caller's key and what came with it, as keyed hashes. */
export interface IdempotencyRow {
  readonly keyIndex: Buffer;
  readonly contentIndex: Buffer;
}

/** A request that was handed in with a key. */
export interface KeyedRequest extends IdempotencyRow {
  readonly requestId: string;
  readonly state: RequestState;
}

/** What callers' idempotency keys stand for. All within the transaction that makes a request; erased with the request. */
export class IdempotencyStore {
  /**
   * Makes whoever else hands in with the same key wait until this transaction has ended: the hashes cannot do that,
   * because two calls of one night may be hashed with the keys of two days.
   *
   * @param lock of the owner and the key; kept in memory only, as long as the transaction goes on
   */
  async lock(tx: Transaction, lock: bigint): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [lock.toString()]);
  }

  /** @param keyIndexes the same key, hashed with each of these keys */
  async find(
    tx: Transaction,
    owner: string,
    keyIndexes: readonly Buffer[],
  ): Promise<KeyedRequest | undefined> {
    const [row] = await tx.query<KeyedRequest>(
      `SELECT i.key_index AS "keyIndex", i.content_index AS "contentIndex", r.id AS "requestId", r.state
         FROM idempotency i JOIN request r ON r.id = i.request_id WHERE i.owner = $1 AND i.key_index = ANY ($2)`,
      [owner, keyIndexes],
    );
    return row;
  }

  async keep(tx: Transaction, owner: string, row: IdempotencyRow, requestId: string): Promise<void> {
    await tx.query(
      'INSERT INTO idempotency (owner, key_index, content_index, request_id) VALUES ($1, $2, $3, $4)',
      [owner, row.keyIndex, row.contentIndex, requestId],
    );
  }
}
