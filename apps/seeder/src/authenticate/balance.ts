import type { Logger } from '@mts/platform';
import type { SeederStore } from '@mts/store';

import type { Backlog } from './backlog.js';
import type { ListWork } from './list-work.js';

/** As seldom as seeders tell how many lists they have. */
const LOOKED_EVERY_MS = 1000;
/** One more than another one has is nothing to be divided. */
const MORE_THAN_OTHERS = 2;

export interface BalanceParts {
  readonly seederId: string;
  readonly store: Pick<SeederStore, 'listsOfAll'>;
  readonly backlog: Pick<Backlog, 'lists'>;
  readonly lists: Pick<ListWork, 'giveUp'>;
  readonly logger: Logger;
}

/**
 * Divides lists among seeders. A list that is no longer than a range is worked on by one of them: by whoever came first, and
 * that may have all of them while another one, which came later, has none.
 */
export class Balance {
  private timer: NodeJS.Timeout | undefined;
  private isLooking = false;

  constructor(private readonly parts: BalanceParts) {}

  start(): void {
    this.timer = setInterval(() => void this.look(), LOOKED_EVERY_MS);
  }

  close(): void {
    clearInterval(this.timer);
  }

  /** Gives up what this seeder has above its even part, if another one has fewer lists. */
  async look(): Promise<void> {
    const { seederId, store, backlog, lists, logger } = this.parts;
    if (this.isLooking || backlog.lists < MORE_THAN_OTHERS) return;
    this.isLooking = true;
    try {
      const { seeders, sum, fewest } = await store.listsOfAll(seederId);
      const own = backlog.lists;
      if (seeders > 0 && own - fewest >= MORE_THAN_OTHERS)
        lists.giveUp(own - Math.ceil((sum + own) / (seeders + 1)));
    } catch (error) {
      logger.warn('what other seeders have to do could not be read; will try again', {
        error: error as Error,
      });
    } finally {
      this.isLooking = false;
    }
  }
}
