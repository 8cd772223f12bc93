import { type KeyObject, randomUUID } from 'node:crypto';

import {
  BlindIndex,
  type KekProvider,
  type KeyEncryptionKey,
  newDataKey,
  unwrapDataKey,
  wrapDataKey,
} from '@mts/crypto';
import { ApiError, type RequestState } from '@mts/domain';
import { IdempotencyStore, type Transaction, type WrappedSecret } from '@mts/store';

import type { IdempotentCall } from './idempotent-call.js';

/** The request that an earlier call with the same key and content has made. */
export interface EarlierRequest {
  readonly requestId: string;
  readonly state: RequestState;
}

/** What calls are hashed with: random, shared by all callers, and wrapped like the keys of a request. */
interface Secret {
  readonly id: string;
  readonly kekId: string;
  readonly key: KeyObject;
}

/** Has calls with the same Idempotency-Key and content make one request. */
export class Idempotency {
  private readonly store = new IdempotencyStore();
  private readonly opened = new Map<string, KeyObject>();

  constructor(private readonly keks: KekProvider) {}

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
    await this.store.lock(tx, call.lock);
    // With one key a day there is a secret of each day of which there are requests.
    const secrets = await this.secrets(tx);
    const earlier = await this.earlier(call, secrets, tx);
    if (earlier !== undefined) return earlier;
    const result = await make();
    const secret = secrets.find(({ kekId }) => kekId === made.kek.id) ?? (await this.begin(made.kek, tx));
    await this.store.keep(tx, call.owner, rowOf(secret, call), made.requestId);
    return result;
  }

  private async earlier(
    call: IdempotentCall,
    secrets: readonly Secret[],
    tx: Transaction,
  ): Promise<EarlierRequest | undefined> {
    const rows = secrets.map((secret) => rowOf(secret, call));
    const keyIndexes = rows.map((row) => row.keyIndex);
    const earlier = await this.store.find(tx, call.owner, keyIndexes);
    if (earlier === undefined) return undefined;
    const same = rows.find((row) => row.secretId === earlier.secretId);
    if (same?.contentIndex.equals(earlier.contentIndex) !== true) throw new ApiError('MTS-REQ-006');
    return { requestId: earlier.requestId, state: earlier.state };
  }

  private async secrets(tx: Transaction): Promise<readonly Secret[]> {
    const stored = await this.store.secrets(tx);
    return Promise.all(
      stored.map(async (secret) => ({
        id: secret.subject,
        kekId: secret.kekId,
        key: this.opened.get(secret.subject) ?? (await this.open(secret)),
      })),
    );
  }

  private async open({ subject, kekId, wrapped }: WrappedSecret): Promise<KeyObject> {
    const key = unwrapDataKey(wrapped, await this.keks.byId(kekId), subject, 'idempotency');
    this.opened.set(subject, key);
    return key;
  }

  /** Two gateways may begin one each at the same moment: both are looked through from then on. */
  private async begin(kek: KeyEncryptionKey, tx: Transaction): Promise<Secret> {
    const [id, key] = [randomUUID(), newDataKey()];
    const wrapped = wrapDataKey(key, kek, id, 'idempotency');
    await this.store.keepSecret(tx, { subject: id, kekId: kek.id, wrapped });
    return { id, kekId: kek.id, key };
  }
}

function rowOf(
  { id, key: secret }: Secret,
  { owner, key, digest }: IdempotentCall,
): { keyIndex: Buffer; contentIndex: Buffer; secretId: string } {
  return {
    keyIndex: BlindIndex.ofIdempotency(secret, owner, 'key').of(key),
    contentIndex: BlindIndex.ofIdempotency(secret, owner, 'content').of(digest),
    secretId: id,
  };
}
