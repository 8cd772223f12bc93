import { setTimeout as wait } from 'node:timers/promises';

import type { ProfileStore } from '@mts/store';

/** About this much time is reserved at once: few statements, and little is lost when a seeder stops. */
const RESERVED_SECONDS = 1;

/**
 * Keeps all seeders together under the stated number of calls per second. Calls are reserved from the shared budget
 * in blocks of about a second and then spread evenly.
 */
export class RateCap {
  private nextAtMs = 0;
  private reserved = 0;
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly profile: ProfileStore,
    private readonly perSecondMax: number | 'none',
  ) {}

  /** Resolves when one more call may go. Rejects only when `signal` is aborted or the budget cannot be read. */
  async pass(signal: AbortSignal): Promise<void> {
    if (this.perSecondMax === 'none') return;
    const perSecondMax = this.perSecondMax;
    const mine = this.turn.then(async () => this.schedule(perSecondMax));
    // The next in line waits for this one's turn, whether it went well or not.
    this.turn = mine.then(noop, noop);
    const delayMs = (await mine) - performance.now();
    if (delayMs > 0) await wait(delayMs, undefined, { signal });
  }

  /** When the next call may go, on the clock of performance.now(). */
  private async schedule(perSecondMax: number): Promise<number> {
    if (this.reserved === 0) {
      const calls = Math.max(1, Math.round(perSecondMax * RESERVED_SECONDS));
      const waitMs = await this.profile.reserveCalls(calls, perSecondMax);
      this.nextAtMs = performance.now() + waitMs;
      this.reserved = calls;
    }
    const at = this.nextAtMs;
    this.nextAtMs += 1000 / perSecondMax;
    this.reserved -= 1;
    return at;
  }
}

function noop(): void {
  // Nothing follows from one's turn being over but the next one's.
}
