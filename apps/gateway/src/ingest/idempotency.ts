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
   * Makes a request, unless an earlier call with the same key has made one. Whoever else calls with the key waits for the
   * end of the transaction; the key stands for the request as long as that is not erased.
   *
   * @param made its id, and the key that its own keys are wrapped with
   * @throws ApiError MTS-REQ-006 when the key came with another content
   */
  async once<T>(
    call: IdempotentCall | undefined,
    made: { readonly requestId: string; readonly kek: KeyEncryptionKey },
    tx: Transaction,
    make: () => Promise<T>,
  ): Promise<EarlierRequest | T> {
    if (call === undefined) return make();
    const earlier = await this.earlier(call, tx);
    if (earlier !== undefined) return earlier;
    const result = await make();
    await this.store.keep(tx, call.owner, rowOf(made.kek, call), made.requestId);
    return result;
  }

  private async earlier(call: IdempotentCall, tx: Transaction): Promise<EarlierRequest | undefined> {
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
