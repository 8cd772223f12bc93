import { type ProfileStore, RESERVED_AT_ONCE_MS } from '@mts/store';

import { persist } from './persist.js';

/** A reserved call that did not go for so long goes no more. */
const LAPSES_AFTER_MS = 1000;
/** Of that, what is left in any case where the database was slow to tell of it: else nothing would ever go. */
const LAPSES_AFTER_MS_MIN = 100;

/** Who waits for the moments of calls. */
export interface CapFollower {
  /** A moment has come, or may have: it is worth taking one. */
  due(): void;
  /** The budget could not be read; it is tried again for whoever takes the next one. */
  failed(error: unknown): void;
}

/**
 * Keeps all seeders together under the stated number of calls per second.
 *
 * Every reserved call has a moment of its own, evenly spread, which no other seeder has. It is **sent** then or up to a
 * second later, or lapses. So in any stretch of time no more calls are sent than the rate allows for that stretch and one
 * second (rounded up to a whole call), however many seeders there are, however long they were idle before, and whatever
 * kept the calls waiting meanwhile. Where the database took more than 0.9 s to tell of the moments, those of this one block
 * may be so much later.
 *
 * It has no queue: a moment is taken when it has come, by whoever could call then, see CallGate.
 */
export class RateCap {
  private blockCalls = 0;
  private reservedAtMs = -Infinity;
  private reserved = 0;
  /** The moment of the next reserved call, */
  private nextAtMs = 0;
  /** and how long it is good for. */
  private lapsesAfterMs = LAPSES_AFTER_MS;
  private isReserving = false;
  private timer: NodeJS.Timeout | undefined;
  private follower: CapFollower | undefined;

  constructor(
    private readonly profile: Pick<ProfileStore, 'reserveCalls'>,
    private readonly perSecondMax: number,
  ) {}

  follow(follower: CapFollower): void {
    this.follower = follower;
  }

  /**
   * Takes the moment of a call that has come.
   * @returns until when the call may be sent, in milliseconds of `performance.now()`; undefined when none has come yet: the
   *   follower is told
   */
  take(): number | undefined {
    this.lapse();
    const atMs = this.nextAtMs;
    if (this.reserved === 0 || atMs > performance.now()) {
      this.schedule();
      return undefined;
    }
    this.skip(1);
    return atMs + this.lapsesAfterMs;
  }

  private lapse(): void {
    const lateMs = performance.now() - this.lapsesAfterMs - this.nextAtMs;
    this.skip(Math.min(this.reserved, Math.max(0, Math.ceil((lateMs * this.perSecondMax) / 1000))));
  }

  private skip(calls: number): void {
    this.reserved -= calls;
    this.nextAtMs += (calls * 1000) / this.perSecondMax;
  }

  private schedule(): void {
    if (this.timer !== undefined || this.isReserving) return;
    if (this.reserved === 0) {
      void this.reserve();
      return;
    }
    const waitMs = Math.max(0, this.nextAtMs - performance.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.follower?.due();
    }, waitMs).unref();
  }

  private async reserve(): Promise<void> {
    this.isReserving = true;
    const calls = this.nextBlockCalls();
    try {
      await persist(async () => this.reserveBlock(calls));
    } catch (error) {
      this.isReserving = false;
      this.follower?.failed(error);
      return;
    }
    this.isReserving = false;
    this.follower?.due();
  }

  private async reserveBlock(calls: number): Promise<void> {
    const askedAtMs = performance.now();
    const waitMs = await this.profile.reserveCalls(calls, this.perSecondMax);
    const nowMs = performance.now();
    // The moment lies between so long after it was asked and so long after the answer: no call goes before it, or lapses late.
    this.nextAtMs = nowMs + waitMs;
    this.lapsesAfterMs = Math.max(LAPSES_AFTER_MS_MIN, LAPSES_AFTER_MS - (nowMs - askedAtMs));
    this.reserved = calls;
  }

  /**
   * So many that they are used here in about the time that a block may have: few statements, others come to their turn soon,
   * and nothing worth mentioning is lost when a seeder stops. Twice as many as before where those were soon used up, else half.
   */
  private nextBlockCalls(): number {
    const nowMs = performance.now();
    const isUsedUpSoon = nowMs - this.reservedAtMs < RESERVED_AT_ONCE_MS;
    const wanted = isUsedUpSoon ? this.blockCalls * 2 : Math.floor(this.blockCalls / 2);
    const most = Math.floor((this.perSecondMax * RESERVED_AT_ONCE_MS) / 1000);
    this.blockCalls = Math.max(1, Math.min(wanted, most));
    this.reservedAtMs = nowMs;
    return this.blockCalls;
  }
}
