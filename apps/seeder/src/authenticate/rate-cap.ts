import type { ProfileStore } from '@mts/store';

import { Turns, type Urgency } from './turns.js';

/** About this much time is reserved at once: few statements, and little is lost when a seeder stops. */
const RESERVED_SECONDS = 1;

interface Waiting {
  readonly go: () => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Keeps all seeders together under the stated number of calls per second. Calls are reserved from the shared budget
 * in blocks of about a second and then spread evenly; each goes to whoever a caller waits for, then first come, first
 * served.
 */
export class RateCap {
  private readonly waiting = new Turns<Waiting>();
  private nextAtMs = 0;
  private reserved = 0;
  private isReserving = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly profile: Pick<ProfileStore, 'reserveCalls'>,
    private readonly perSecondMax: number | 'none',
  ) {}

  /** Resolves when one more call may go. Rejects only when `signal` is aborted or the budget cannot be read. */
  async pass(signal: AbortSignal, urgency: Urgency): Promise<void> {
    if (this.perSecondMax === 'none') return;
    signal.throwIfAborted();
    const { promise, resolve: go, reject: fail } = Promise.withResolvers<void>();
    const one: Waiting = { go, fail };
    const give = (): void => this.giveUp(one, signal);
    this.waiting.add(urgency, one);
    signal.addEventListener('abort', give);
    this.schedule(this.perSecondMax);
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', give);
    }
  }

  private giveUp(one: Waiting, signal: AbortSignal): void {
    this.waiting.remove(one);
    if (this.waiting.size === 0) this.unschedule();
    one.fail(signal.reason);
  }

  /** Sees to it that whoever waits is let go when the next call may. */
  private schedule(perSecondMax: number): void {
    if (this.waiting.size === 0 || this.timer !== undefined || this.isReserving) return;
    if (this.reserved === 0) {
      void this.reserve(perSecondMax);
      return;
    }
    const delayMs = Math.max(0, this.nextAtMs - performance.now());
    this.timer = setTimeout(() => this.letGo(perSecondMax), delayMs);
  }

  private unschedule(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** All whose time has come: at a high rate that is more than one in the millisecond of a timer. */
  private letGo(perSecondMax: number): void {
    this.unschedule();
    const nowMs = performance.now();
    while (this.waiting.size > 0 && this.reserved > 0 && this.nextAtMs <= nowMs) {
      this.waiting.next()?.go();
      this.nextAtMs += 1000 / perSecondMax;
      this.reserved -= 1;
    }
    this.schedule(perSecondMax);
  }

  private async reserve(perSecondMax: number): Promise<void> {
    this.isReserving = true;
    try {
      const calls = Math.max(1, Math.round(perSecondMax * RESERVED_SECONDS));
      const waitMs = await this.profile.reserveCalls(calls, perSecondMax);
      this.nextAtMs = performance.now() + waitMs;
      this.reserved = calls;
    } catch (error) {
      for (const one of this.waiting.all()) one.fail(error);
    } finally {
      this.isReserving = false;
    }
    this.schedule(perSecondMax);
  }
}
