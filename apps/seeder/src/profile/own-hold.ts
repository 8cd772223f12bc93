import type { Logger } from '@mts/platform';
import type { ProfileStore } from '@mts/store';

/** What IDA says of this process alone, without a look at others: that its clock is off. */
const OWN_CODES: ReadonlySet<string> = new Set(['IDA-MLC-001']);

/** Back-off between preflights of a seeder that holds itself: doubling between these. */
const DELAY_MS_MIN = 30_000;
const DELAY_MS_MAX = 600_000;

/** Told when the seeder begins to ask nobody (`true`), and when it asks again. */
export type OwnHoldListener = (isHeld: boolean) => void;

/**
 * A hold that this seeder has put upon itself, and nobody else: it takes no work, and looks now and then by a preflight
 * whether its fault is gone. Where all seeders that live hold themselves, that holds everybody, and is shown so.
 */
export class OwnHold {
  private readonly listeners: OwnHoldListener[] = [];
  private held = false;
  private findingOut = false;
  private delayMs = DELAY_MS_MIN;
  private nextTryAtMs = 0;

  constructor(
    readonly seederId: string,
    private readonly profile: Pick<ProfileStore, 'holdSeeder' | 'releaseSeeder' | 'isAskedByOthers'>,
    private readonly logger: Logger,
    private readonly nowMs = (): number => performance.now(),
  ) {}

  get isHeld(): boolean {
    return this.held;
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

  /** Others ask IDA meanwhile: what this seeder finds out says nothing of them. */
  async isOneAmongOthers(): Promise<boolean> {
    return this.held && (await this.profile.isAskedByOthers(this.seederId));
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

  /** Begins it, or goes on with it for another while, whatever the code is now. */
  async hold(code: string, reason: string): Promise<void> {
    const begins = !this.held;
    if (begins || this.isTryDue) {
      this.nextTryAtMs = this.nowMs() + this.delayMs;
      this.delayMs = Math.min(this.delayMs * 2, DELAY_MS_MAX);
    }
    this.held = true;
    if (begins) this.tell();
    // Each time, for the row of the seeder may have been lost with its database.
    await this.profile.holdSeeder(this.seederId, code, reason);
    if (begins) this.logger.error('this seeder asks nobody until its own fault is gone', { code, reason });
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
