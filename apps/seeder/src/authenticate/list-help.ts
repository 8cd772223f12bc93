import type { QueueMessages } from '@mts/domain';
import type { Logger } from '@mts/platform';
import { helperJob, type Queues } from '@mts/queue';
import type { OfferedRanges } from '@mts/store';

import type { RangeWorker } from './range-worker.js';
import { Stint } from './stint.js';

/** A place helps one list so long before another one that wants help comes to its turn. */
const STINT_MS = 10_000;

export interface ListHelpParts {
  readonly worker: Pick<RangeWorker, 'workInTurn'>;
  readonly offered: Pick<OfferedRanges, 'isAnotherWaiting'>;
  readonly queues: Pick<Queues, 'post'>;
  readonly logger: Logger;
  /** {@link STINT_MS} unless said. */
  readonly stintMs?: number;
}

/** The work on lists beside their turns, by which all places of all seeders are of use to a long one. */
export class ListHelp {
  private readonly underWay = new Set<Stint>();
  private isStopped = false;

  constructor(private readonly parts: ListHelpParts) {}

  /** Works on one range of the list after the other. When its time is over and more may wait, other lists come first. */
  async help({ requestId, helper }: QueueMessages['authenticate']): Promise<void> {
    const { worker, queues, stintMs = STINT_MS } = this.parts;
    const stint = new Stint(stintMs);
    this.underWay.add(stint);
    const look = setInterval(() => void this.endIfWanted(requestId, stint), stintMs);
    try {
      while (!this.isStopped && (await worker.workInTurn({ requestId }, stint))) {
        if (!stint.mayEnd) continue;
        await queues.post('authenticate', [helperJob(requestId, helper)]);
        return;
      }
    } finally {
      clearInterval(look);
      this.underWay.delete(stint);
    }
  }

  /** A range at a low cap takes minutes: it is handed back where another list could have the place. */
  private async endIfWanted(requestId: string, stint: Stint): Promise<void> {
    const { offered, logger } = this.parts;
    try {
      if (stint.mayEnd && (await offered.isAnotherWaiting(requestId))) stint.end();
    } catch (error) {
      logger.warn('whether other lists wait could not be read; will try again', { error: error as Error });
    }
  }

  /** From here on nothing is begun with, and who waits to begin waits no longer. */
  stop(): void {
    this.isStopped = true;
    for (const stint of this.underWay) stint.end();
  }
}
