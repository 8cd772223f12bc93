import type { QueueMessages } from '@mts/domain';
import type { Logger } from '@mts/platform';
import { listJob, type Queues } from '@mts/queue';
import type { RangeStore } from '@mts/store';

import type { RangeWorker } from './range-worker.js';
import { Stint } from './stint.js';

/**
 * Lists that have a place here at the same time. A place costs no call, which is what is scarce and what the lists share one
 * by one; it costs the memory of the records that a range reads at once: 500, of up to about 2 kB.
 */
const LISTS_AT_ONCE = 32;
/** A list keeps its place so long, though others wait: to give it up and to take it again are some statements each. */
const STINT_MS = 10_000;
/** How often it is looked whether somebody's time is over, while others wait. */
const LOOKS_EVERY_MS = 250;

export interface ListWorkParts {
  readonly worker: Pick<RangeWorker, 'workInTurn'>;
  readonly ranges: Pick<RangeStore, 'hasWaiting'>;
  readonly queues: Pick<Queues, 'post'>;
  readonly logger: Logger;
  /** {@link LISTS_AT_ONCE} unless said. */
  readonly listsAtOnce?: number;
  /** {@link STINT_MS} unless said. */
  readonly stintMs?: number;
}

/**
 * The work on lists by turns: one range of each at a time, whatever else of it is worked on, and those that a seeder that is
 * gone has left. A list that has more to be asked about waits for its next turn behind all others that wait. While all places
 * are taken, the list that has its place for the longest makes room; so each comes to its turn, however many they are and
 * however long their ranges take.
 */
export class ListWork {
  private readonly stints = new Map<string, Stint>();
  private readonly underWay = new Set<Promise<void>>();
  private isStopped = false;
  private look: () => void = () => undefined;

  constructor(private readonly parts: ListWorkParts) {}

  /** Begins with a list, or a range that was left, as soon as there is a place. To be called for one after the other. */
  async begin(message: QueueMessages['list']): Promise<void> {
    await this.room();
    const { requestId, n } = message;
    const key = n === undefined ? requestId : `${requestId}/${String(n)}`;
    // Of a list that has its place already the next turn is asked for at the end of this one.
    if (this.isStopped || this.stints.has(key)) return;
    const stint = new Stint(this.parts.stintMs ?? STINT_MS);
    this.stints.set(key, stint);
    const work = this.workOn(message, key, stint);
    this.underWay.add(work);
    void work.then(() => this.underWay.delete(work));
  }

  /** From here on no list is begun with, and none has another turn here: the reconciler offers them to others. */
  stop(): void {
    this.isStopped = true;
    this.look();
  }

  /** Resolves when all that was begun has ended. */
  async settled(): Promise<void> {
    await Promise.all(this.underWay);
  }

  private async room(): Promise<void> {
    while (this.stints.size >= (this.parts.listsAtOnce ?? LISTS_AT_ONCE) && !this.isStopped) {
      const stints = [...this.stints.values()];
      // One place is wanted: who is asked for it may have calls under way.
      if (!stints.some(({ over }) => over.aborted)) stints.find(({ mayEnd }) => mayEnd)?.end();
      await this.nextLook();
    }
  }

  private async nextLook(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.look = resolve;
    const timer = setTimeout(resolve, LOOKS_EVERY_MS);
    await promise;
    clearTimeout(timer);
  }

  private async workOn(message: QueueMessages['list'], key: string, stint: Stint): Promise<void> {
    const { requestId, n } = message;
    try {
      const hadWork = await this.free(key, async () => this.parts.worker.workInTurn(message, stint));
      if (hadWork && n === undefined) await this.askForNextTurn(requestId);
    } catch (error) {
      // The list stays as it is; the reconciler offers it again.
      this.parts.logger.error('the work on a list failed', { requestId, error: error as Error });
    }
  }

  private async askForNextTurn(requestId: string): Promise<void> {
    const { ranges, queues } = this.parts;
    if (!this.isStopped && (await ranges.hasWaiting(requestId)))
      await queues.post('list', [listJob(requestId)]);
  }

  /** Gives the place free before the next turn is asked for, which may be given here. */
  private async free<T>(key: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      this.stints.delete(key);
      this.look();
    }
  }
}
