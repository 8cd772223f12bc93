import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

import { ApiError } from '@mts/domain';

/** Any text without blanks, such as a UUID. */
const KEY = /^[\x21-\x7e]{1,255}$/;
const HEADER = 'idempotency-key';

/** What an answer says that was not made anew. */
export const REPLAYED_HEADER = 'idempotency-replayed';

/** A call that hands in something with an Idempotency-Key, and what it hands in as it is read. */
export class IdempotentCall {
  private readonly content = createHash('sha256');
  private digested: Buffer | undefined;

  private constructor(
    readonly owner: string,
    readonly key: string,
  ) {}

  /**
   * @param route what is handed in where, so that the same bytes at two addresses are two things
   * @returns undefined for a call without a key
   * @throws ApiError ATS-REQ-102 for a key that is none
   */
  static of(headers: IncomingHttpHeaders, owner: string, route: string): IdempotentCall | undefined {
    const { [HEADER]: key } = headers;
    if (key === undefined) return undefined;
    if (typeof key !== 'string' || !KEY.test(key)) {
      const problem = 'one key of 1 to 255 letters, digits and signs of ASCII without blanks is expected';
      throw new ApiError('ATS-REQ-102', { field: 'Idempotency-Key', problem });
    }
    const call = new IdempotentCall(owner, key);
    call.add(`${route}\n`);
    return call;
  }

  add(content: string | Uint8Array): void {
    this.content.update(content);
  }

  /** The same pieces, which are added as they are read. */
  async *adding(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const piece of pieces) {
      this.add(piece);
      yield piece;
    }
  }

  /** Of all that was added; nothing can be added afterwards. */
  get digest(): Buffer {
    this.digested ??= this.content.digest();
    return this.digested;
  }

  /** See IdempotencyStore.lock: 64 bits of a hash, as PostgreSQL has them. */
  get lock(): bigint {
    const hash = createHash('sha256').update(`mts/idempotency-lock/v1|${this.owner}|${this.key}`).digest();
    return hash.readBigInt64BE();
  }
}
