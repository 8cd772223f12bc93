import type { Logger } from '@mts/platform';
import type { Probe, ProfileStore } from '@mts/store';

import type { Cause } from './reason.js';

/** What IDA says of this process alone, without a look at others: that its clock is off. */
const OWN_CODES: ReadonlySet<string> = new Set(['IDA-MLC-001']);

/** Back-off between preflights of a seeder that holds itself: doubling between these. */
const DELAY_MS_MIN = 30_000;
const DELAY_MS_MAX = 600_000;

/** Told when the seeder begins to ask nobody (`true`), and when it asks again. */
export type OwnHoldListener = (isHeld: boolean) => void;

/**
 * A hold that this seeder has put upon itself, and nobody else: it takes no work, and looks now and then by a preflight, or
 * also by asking about one person, whether its fault is gone. Where all seeders that live hold themselves, that holds everybody, and is shown so.
 */
export class OwnHold {
  private readonly listeners: OwnHoldListener[] = [];
  private held = false;
  private endedBy: Probe = 'preflight';
  private findingOut = false;
  private delayMs = DELAY_MS_MIN;
  private nextTryAtMs = 0;

  constructor(
    readonly seederId: string,
    private readonly profile: Pick<
      ProfileStore,
      'holdSeeder' | 'putSeederOff' | 'releaseSeeder' | 'isAskedByOthers'
    >,
    private readonly logger: Logger,
    private readonly nowMs = (): number => performance.now(),
  ) {}

  get isHeld(): boolean {
    return this.held;
  }

  /** What ends it: a preflight that succeeds, or one person who is answered. */
  get probe(): Probe {
    return this.endedBy;
  }

  /** Also as long as it is being found out whether it has to hold itself. */
  get asksNobody(): boolean {
    return this.held || this.findingOut;
  }

  /** Whether it is time to look whether it is over. */
  get isTryDue(): boolean {
    return this.held && this.nowMs() >= this.nextTryAtMs;
  }

  /** Whether a failed preflight, or a call, tells of this process alone. */
  static isMeantBy(code: string): boolean {
    return OWN_CODES.has(code);
  }

  follow(listener: OwnHoldListener): void {
    this.listeners.push(listener);
  }

  /** Whether another seeder asks too. With none, what is known here is all that is known. */
  async hasOthers(): Promise<boolean> {
    return this.profile.isAskedByOthers(this.seederId);
  }

  /** Others ask IDA meanwhile: what this seeder finds out says nothing of them. */
  async isOneAmongOthers(): Promise<boolean> {
    return this.held && (await this.hasOthers());
  }

  /** Asks nobody while it is found out whether this seeder has to hold itself. One at a time. */
  async standStill<T>(findOut: () => Promise<T>): Promise<T> {
    this.findingOut = true;
    this.tell();
    try {
      return await findOut();
    } finally {
      this.findingOut = false;
      this.tell();
    }
  }

  /**
   * Begins it, or goes on with it for another while, whatever the code is now.
   * @param endedBy what it waits for; it goes on waiting for what it was begun with
   */
  async hold(code: string, reason: string, endedBy: Probe = 'preflight'): Promise<void> {
    const begins = !this.held;
    if (begins) this.endedBy = endedBy;
    if (begins || this.isTryDue) {
      this.nextTryAtMs = this.nowMs() + this.delayMs;
      this.delayMs = Math.min(this.delayMs * 2, DELAY_MS_MAX);
    }
    this.held = true;
    if (begins) this.tell();
    // Each time, for the row of the seeder may have been lost with its database.
    const nextTryInMs = Math.max(0, this.nextTryAtMs - this.nowMs());
    await this.profile.holdSeeder(this.seederId, code, reason, nextTryInMs);
    if (begins) this.logger.error('this seeder asks nobody until its own fault is gone', { code, reason });
  }

  /** The same where its calls alone bring no answer about people: it waits for one person who is answered. */
  async holdUnanswered({ code, reason }: Cause): Promise<void> {
    await this.hold(code, `${reason} ${ALONE_AMONG_ANSWERED}`, 'record');
  }

  /** Nobody could be asked to find it out: it is tried again later, and no later for that the next time. */
  async putOff(): Promise<void> {
    this.nextTryAtMs = this.nowMs() + DELAY_MS_MIN;
    await this.profile.putSeederOff(this.seederId, DELAY_MS_MIN);
  }

  /** Somebody has mended something. */
  makeTryDue(): void {
    this.nextTryAtMs = this.nowMs();
  }

  async release(): Promise<void> {
    if (!this.held) return;
    await this.profile.releaseSeeder(this.seederId);
    this.held = false;
    this.delayMs = DELAY_MS_MIN;
    this.logger.info('the fault of this seeder is gone; it asks again');
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener(this.asksNobody);
  }
}

/** Why it asks nobody, where others are answered about people. */
const ALONE_AMONG_ANSWERED =
  'This seeder gets no answer about people, again and again, while its preflights succeed and IDA answers other seeders: the fault is in its way to IDA, as a proxy that loses or refuses longer calls. It asks about one person now and then, and when that is answered it goes on by itself.';
