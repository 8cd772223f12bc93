import type { Logger } from '@mts/platform';

import type { Cause } from './reason.js';

const TOLD_EVERY_MS = 10_000;

/**
 * Logs that calls to IDA brought nothing that says anything about anybody, also where nothing is held for it: the first one
 * at once, then one line every ten seconds at most, with how many they were since the last one and why the latest failed.
 */
export class SilenceLog {
  private untold = 0;
  private latest: Cause | undefined;
  private isQuiet = false;

  constructor(
    private readonly logger: Logger,
    private readonly toldEveryMs = TOLD_EVERY_MS,
  ) {}

  note(cause: Cause): void {
    this.latest = cause;
    this.untold += 1;
    if (!this.isQuiet) this.tell();
  }

  private tell(): void {
    this.isQuiet = this.untold > 0;
    if (!this.isQuiet || this.latest === undefined) return;
    const { code, reason } = this.latest;
    this.logger.warn('calls to IDA brought no usable answer', { code, reason, calls: this.untold });
    this.untold = 0;
    setTimeout(() => this.tell(), this.toldEveryMs).unref();
  }
}
