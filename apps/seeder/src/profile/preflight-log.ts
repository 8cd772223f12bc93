import type { PreflightResult } from '@mts/ida-client';
import type { Logger } from '@mts/platform';

/** In an outage of hours one is made every ten minutes at last, and at first every few seconds. */
const TOLD_EVERY_MS = 300_000;

/** Logs why preflights fail: when they begin to, when the reason is another one, and every five minutes. */
export class PreflightLog {
  private told: { readonly code: string; readonly atMs: number } | undefined;

  constructor(
    private readonly logger: Logger,
    private readonly nowMs = (): number => performance.now(),
  ) {}

  note(result: PreflightResult): void {
    if (result.ok) {
      this.told = undefined;
      return;
    }
    const { code, reason } = result;
    const atMs = this.nowMs();
    if (this.told?.code === code && atMs - this.told.atMs < TOLD_EVERY_MS) return;
    this.told = { code, atMs };
    this.logger.warn('the preflight failed', { code, reason });
  }
}
