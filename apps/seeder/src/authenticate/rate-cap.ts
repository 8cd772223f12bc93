import type { ProfileStore } from '@mts/store';

import { persist } from './persist.js';
import { type Claim, Turns } from './turns.js';

/**
 * So much of the budget is reserved at once at the most, and no more than is used here in about that time: few
 * statements, others come to their turn soon, and nothing worth mentioning is lost when a seeder stops.
 */
const BLOCK_MS = 100;
/** A reserved call that did not go for so long goes no more. */
const LAPSES_AFTER_MS = 1000;

interface Waiting {
  readonly go: () => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Keeps all seeders together under the stated number of calls per second.
 *
 * Every reserved call has a moment of its own, evenly spread, which no other seeder has. It goes then or up to a second
 * later, or lapses. So in any stretch of time there go no more calls than the rate allows for that stretch and one second,
 * however many seeders there are and however long they were idle before. Each goes to whoever has the turn, see
 * {@link Turns}.
 */
export class RateCap {
  private readonly waiting = new Turns<Waiting>();
  private blockCalls = 0;
  private reservedAtMs = -Infinity;
  private reserved = 0;
  /** The moment of the next reserved call. */
  private nextAtMs = 0;
  private isReserving = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly profile: Pick<ProfileStore, 'reserveCalls'>,
    private readonly perSecondMax: number | 'none',
  ) {}

  /** Resolves when one more call may go. Rejects only when `signal` is aborted or the budget can never be read. */
  async pass(signal: AbortSignal, claim: Claim): Promise<void> {
    if (this.perSecondMax === 'none') return;
    signal.throwIfAborted();
    const { promise, resolve: go, reject: fail } = Promise.withResolvers<void>();
    const one: Waiting = { go, fail };
    const giveUp = (): void => {
      this.waiting.remove(claim, one);
      if (this.waiting.isEmpty) this.unschedule();
      fail(signal.reason);
    };
    this.waiting.add(claim, one);
    signal.addEventListener('abort', giveUp);
    this.schedule(this.perSecondMax);
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  /** Sees to it that whoever waits is let go when the next call may. */
  private schedule(perSecondMax: number): void {
    if (this.waiting.isEmpty || this.timer !== undefined || this.isReserving) return;
    this.lapse(perSecondMax);
    const delayMs = this.nextAtMs - performance.now();
    if (this.reserved === 0) void this.reserve(perSecondMax);
    else if (delayMs <= 0) this.letGo(perSecondMax);
    else this.timer = setTimeout(() => this.letGo(perSecondMax), delayMs);
  }

  private unschedule(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private lapse(perSecondMax: number): void {
    const lateMs = performance.now() - LAPSES_AFTER_MS - this.nextAtMs;
    const lapsed = Math.min(this.reserved, Math.max(0, Math.ceil((lateMs * perSecondMax) / 1000)));
    this.reserved -= lapsed;
    this.nextAtMs += (lapsed * 1000) / perSecondMax;
  }

  /** All whose time has come: at a high rate that is more than one in the millisecond of a timer. */
  private letGo(perSecondMax: number): void {
    this.unschedule();
    this.lapse(perSecondMax);
    const nowMs = performance.now();
    while (!this.waiting.isEmpty && this.reserved > 0 && this.nextAtMs <= nowMs) {
      this.waiting.next()?.go();
      this.nextAtMs += 1000 / perSecondMax;
      this.reserved -= 1;
    }
    this.schedule(perSecondMax);
  }

  private async reserve(perSecondMax: number): Promise<void> {
    this.isReserving = true;
    const calls = this.nextBlockCalls(perSecondMax);
    try {
      const waitMs = await persist(async () => this.profile.reserveCalls(calls, perSecondMax));
      this.nextAtMs = performance.now() + waitMs;
      this.reserved = calls;
    } catch (error) {
      for (const one of this.waiting.all()) one.fail(error);
    } finally {
      this.isReserving = false;
    }
    this.schedule(perSecondMax);
  }

  /** Twice as many as before where those were soon used up, else half as many. */
  private nextBlockCalls(perSecondMax: number): number {
    const nowMs = performance.now();
    const isUsedUpSoon = nowMs - this.reservedAtMs < BLOCK_MS;
    const wanted = isUsedUpSoon ? this.blockCalls * 2 : Math.floor(this.blockCalls / 2);
    this.blockCalls = Math.max(1, Math.min(wanted, Math.floor((perSecondMax * BLOCK_MS) / 1000)));
    this.reservedAtMs = nowMs;
    return this.blockCalls;
  }
}
