import { ApiError } from '@mts/domain';
import { type Logger, neighbourhoodOf } from '@mts/platform';

import { Budgets } from './budgets.js';

const LINES_PER_MINUTE_MAX = 1;

/** Tells the log of refused keys and tokens: one line a minute for each network, so that a flood does not fill it. */
export class RefusalLog {
  private readonly lines: Budgets;

  constructor(
    private readonly logger: Pick<Logger, 'warn'>,
    nowMs?: () => number,
  ) {
    this.lines = new Budgets(LINES_PER_MINUTE_MAX, nowMs);
  }

  /** @param error what the caller is told; a fault is logged elsewhere */
  note(address: string, error: unknown): void {
    if (!(error instanceof ApiError) || error.status >= 500) return;
    const network = neighbourhoodOf(address);
    if (this.lines.take(network) > 0) return;
    this.logger.warn(
      'a key or token is refused; more of them from this network within a minute are not logged',
      {
        network,
        code: error.code,
        reason: error.message,
      },
    );
  }
}
