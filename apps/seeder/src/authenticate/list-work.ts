import { setTimeout as wait } from 'node:timers/promises';

import type { Logger } from '@mts/platform';
import { listJob, type Queues } from '@mts/queue';
import type { OfferedRanges } from '@mts/store';

import { Places } from './places.js';
import type { RangeWorker, Turn } from './range-worker.js';
import type { Stint } from './stint.js';

/**
 * Lists that have a place here at the same time. A place costs no call, which is what is scarce and what the lists share one
 * by one; it costs the memory of the records that a range reads at once: 500, of up to about 2 kB.
 */
const LISTS_AT_ONCE = 32;
/**
 * Ranges that seeders which are gone have left, beside those: to be taken up at once, whoever else waits for a place. One has
 * left as many as it had lists, other ranges, and callers who wait.
 */
const LEFT_RANGES_AT_ONCE = 64;
/** A list keeps its place so long, though others wait: to give it up and to take it again are some statements each. */
const STINT_MS = 10_000;

/** Where another seeder has less to do, a list is given to it after so long: to be handed over costs it a few statements. */
const GIVEN_UP_AFTER_MS = 2000;
/** So long the others have what was given up to themselves. */
const REST_MS = 2000;
const RESTS_IN_STEPS_OF_MS = 100;

export interface ListWorkParts {
  readonly worker: Pick<RangeWorker, 'workInTurn'>;
  readonly offered: Pick<OfferedRanges, 'hasWaiting'>;
  readonly queues: Pick<Queues, 'post'>;
  readonly logger: Logger;
  /** {@link LISTS_AT_ONCE} unless said. */
  readonly listsAtOnce?: number;
  /** {@link LEFT_RANGES_AT_ONCE} unless said. */
  readonly leftRangesAtOnce?: number;
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
  private readonly lists: Places;
  private readonly leftRanges: Places;
  private readonly underWay = new Set<Promise<void>>();
  private isStopped = false;
  private restsUntilMs = 0;

  constructor(private readonly parts: ListWorkParts) {
    const { listsAtOnce = LISTS_AT_ONCE, leftRangesAtOnce = LEFT_RANGES_AT_ONCE, stintMs = STINT_MS } = parts;
    this.lists = new Places(listsAtOnce, stintMs);
    this.leftRanges = new Places(leftRangesAtOnce, stintMs);
  }

  /**
   * Begins with a list, or a range that was left, as soon as there is a place for it. To be called for one list after the
   * other, and for one range after the other.
   */
  async begin(turn: Turn): Promise<void> {
    const { requestId, n } = turn;
    const places = n === undefined ? this.lists : this.leftRanges;
    const key = n === undefined ? requestId : `${requestId}/${String(n)}`;
    if (n === undefined) await this.rested();
    const stint = await places.take(key);
    // Of a list that has its place already the next turn is asked for at the end of this one.
    if (stint === undefined) return;
    const work = this.workOn(turn, stint, () => places.free(key));
    this.underWay.add(work);
    void work.then(() => this.underWay.delete(work));
  }

  /** Leaves so many lists to seeders that have fewer, and begins with no other for a while. */
  giveUp(count: number): void {
    if (this.lists.giveUp(count, GIVEN_UP_AFTER_MS) > 0) this.restsUntilMs = performance.now() + REST_MS;
  }

  /** From here on no list is begun with, and none has another turn here: the reconciler offers them to others. */
  stop(): void {
    this.isStopped = true;
    this.lists.close();
    this.leftRanges.close();
  }

  /** Resolves when all that was begun has ended. */
  async settled(): Promise<void> {
    await Promise.all(this.underWay);
  }

  /** @param free gives the place free, before the next turn is asked for, which may be given here */
  private async workOn(turn: Turn, stint: Stint, free: () => void): Promise<void> {
    const { requestId, n } = turn;
    try {
      const hadWork = await this.parts.worker.workInTurn(turn, stint).finally(free);
      if (hadWork && n === undefined) await this.askForNextTurn(requestId);
    } catch (error) {
      // The list stays as it is; the reconciler offers it again.
      this.parts.logger.error('the work on a list failed', { requestId, error: error as Error });
    }
  }

  /** Whoever has nothing left to do rests no longer. */
  private async rested(): Promise<void> {
    while (performance.now() < this.restsUntilMs && !this.lists.areAllFree && !this.isStopped)
      await wait(RESTS_IN_STEPS_OF_MS);
  }

  private async askForNextTurn(requestId: string): Promise<void> {
    const { offered, queues } = this.parts;
    if (!this.isStopped && (await offered.hasWaiting(requestId)))
      await queues.post('list', [listJob(requestId)]);
  }
}
