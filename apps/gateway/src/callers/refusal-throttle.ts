import { createHash } from 'node:crypto';

import { ApiError } from '@mts/domain';
import { subscriberOf } from '@mts/platform';

import { Budgets } from './budgets.js';

/** Credentials that were right lately, as far as they are remembered. */
const KNOWN_MAX = 10_000;

/**
 * Lets an address try only so many wrong credentials. Above that those that were not right lately are not even looked
 * at: a flood of them costs nothing, and callers that share the address with whoever does that go on working.
 */
export class RefusalThrottle {
  private readonly budgets: Budgets;
  private readonly known = new Set<string>();

  constructor(refusalsPerMinuteMax: number, nowMs?: () => number) {
    this.budgets = new Budgets(refusalsPerMinuteMax, nowMs);
  }

  /** @throws ApiError MTS-LIMIT-001, and whatever the check throws */
  async watch<T>(address: string, credential: string, check: () => Promise<T>): Promise<T> {
    const origin = subscriberOf(address);
    const mark = createHash('sha256').update(credential).digest('base64');
    const waitSeconds = this.known.has(mark) ? 0 : this.budgets.waitSeconds(origin);
    if (waitSeconds > 0) {
      throw new ApiError('MTS-LIMIT-001', {
        problem: 'too many wrong keys or tokens came from this address',
        retryAfterSeconds: waitSeconds,
      });
    }
    try {
      const right = await check();
      this.remember(mark);
      return right;
    } catch (error) {
      if (error instanceof ApiError && error.code === 'MTS-AUTH-001') {
        this.known.delete(mark);
        this.budgets.take(origin);
      }
      throw error;
    }
  }

  private remember(mark: string): void {
    // Behind all others: the first one is always that which has not been used for longest.
    this.known.delete(mark);
    this.known.add(mark);
    const [oldest] = this.known;
    if (this.known.size > KNOWN_MAX && oldest !== undefined) this.known.delete(oldest);
  }
}
