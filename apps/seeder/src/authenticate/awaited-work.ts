import type { QueueMessages } from '@mts/domain';
import type { Logger } from '@mts/platform';

import type { RangeWorker } from './range-worker.js';

/**
 * The work on requests whose callers wait: each is begun at once, beside the places for lists, however many there are.
 * What bounds it is how many callers the gateways let wait, and the places for calls in flight, which go to them first.
 */
export class AwaitedWork {
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly worker: Pick<RangeWorker, 'work'>,
    private readonly logger: Logger,
  ) {}

  begin(message: QueueMessages['sync']): void {
    const work = this.worker.work(message).catch((error: unknown) => {
      // The range stays as it is; the reconciler offers it again.
      this.logger.error('the work on an awaited request failed', {
        requestId: message.requestId,
        error: error as Error,
      });
    });
    this.underWay.add(work);
    void work.then(() => this.underWay.delete(work));
  }

  /** Resolves when all that was begun has ended. */
  async settled(): Promise<void> {
    await Promise.all(this.underWay);
  }
}
