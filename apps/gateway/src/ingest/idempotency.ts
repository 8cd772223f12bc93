import { BlindIndex, type KekProvider, type KeyEncryptionKey } from '@mts/crypto';
import { ApiError, type RequestState } from '@mts/domain';
import type { Clock } from '@mts/platform';
import { IdempotencyStore, type Transaction } from '@mts/store';

import type { IdempotentCall } from './idempotent-call.js';

const DAY_MS = 86_400_000;

/** The request that an earlier call with the same key and content has made. */
export interface EarlierRequest {
  readonly requestId: string;
  readonly state: RequestState;
}

/** Has calls with the same Idempotency-Key and content make one request. */
export class Idempotency {
  private readonly store = new IdempotencyStore();

  constructor(
    private readonly keks: KekProvider,
    private readonly clock: Clock,
  ) {}

  /**
   * What an earlier call has made. To be asked first in the transaction that makes a request of this one: whoever else
   * calls with the key waits for its end.
   *
   * @returns undefined for the first call with this key: {@link note} then belongs into the same transaction
   * @throws ApiError MTS-REQ-006 when the key came with another content
   */
  async earlier(call: IdempotentCall, tx: Transaction): Promise<EarlierRequest | undefined> {
    const { owner } = call;
    await this.store.lock(tx, call.lock);
    const rows = (await this.keksThereAre()).map((kek) => rowOf(kek, call));
    const keyIndexes = rows.map((row) => row.keyIndex);
    const earlier = await this.store.find(tx, owner, keyIndexes);
    if (earlier === undefined) return undefined;
    const same = rows.find((row) => row.keyIndex.equals(earlier.keyIndex));
    if (same?.contentIndex.equals(earlier.contentIndex) !== true) throw new ApiError('MTS-REQ-006');
    return { requestId: earlier.requestId, state: earlier.state };
  }

  /** Has the key stand for a request, as long as that is not erased. @param kek the one that its own keys are wrapped with */
  async note(call: IdempotentCall, requestId: string, kek: KeyEncryptionKey, tx: Transaction): Promise<void> {
    await this.store.keep(tx, call.owner, rowOf(kek, call), requestId);
  }

  /** With one key a day, an earlier call may have been hashed with any of them that is not destroyed yet. */
  private async keksThereAre(): Promise<readonly KeyEncryptionKey[]> {
    const now = this.clock();
    // Another gateway's clock may be ahead, and its day the next one.
    const dated = await this.keks.retiredBefore(new Date(now.getTime() + 2 * DAY_MS));
    return Promise.all([this.keks.current(now), ...dated.map(async (id) => this.keks.byId(id))]);
  }
}

function rowOf(
  kek: KeyEncryptionKey,
  { owner, key, digest }: IdempotentCall,
): { keyIndex: Buffer; contentIndex: Buffer } {
  return {
    keyIndex: BlindIndex.ofIdempotency(kek, owner, 'key').of(key),
    contentIndex: BlindIndex.ofIdempotency(kek, owner, 'content').of(digest),
  };
}
