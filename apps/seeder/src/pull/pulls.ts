import type { KekProvider } from '@mts/crypto';
import { type Logger, OutboundGuard, systemClock } from '@mts/platform';
import type { Queues } from '@mts/queue';
import { type Database, type PullLease, PullStore, RequestStore } from '@mts/store';

import { LeaseKeeper } from '../authenticate/lease-keeper.js';
import type { SeederConfig } from '../options.js';
import { PullWorker } from './pull-worker.js';

export interface PullsParts {
  readonly database: Database;
  readonly queues: Queues;
  readonly keks: KekProvider;
  readonly config: Pick<
    SeederConfig,
    'outboundAllowed' | 'pullsAtOnceMax' | 'pullAgeHoursMax' | 'pullRecordsMax'
  >;
  readonly logger: Logger;
  /** See PullWorkerParts. */
  readonly onEnded: (requestId: string) => Promise<void>;
}

/** The pulls of one seeder, and all that only they need. */
export class Pulls {
  private readonly keeper: LeaseKeeper<PullLease>;
  private readonly worker: PullWorker;

  constructor(private readonly parts: PullsParts) {
    const { database, queues, keks, config, logger, onEnded } = parts;
    const requests = new RequestStore(database);
    const pulls = new PullStore(database, requests);
    this.keeper = new LeaseKeeper(pulls, logger);
    this.worker = new PullWorker({
      database,
      pulls,
      requests,
      queues,
      keks,
      logger,
      onEnded,
      keeper: this.keeper,
      guard: new OutboundGuard({ allowed: config.outboundAllowed }),
      clock: systemClock,
      ageHoursMax: config.pullAgeHoursMax,
      recordsMax: config.pullRecordsMax,
    });
  }

  async start(): Promise<void> {
    const { queues, config } = this.parts;
    const slots = config.pullsAtOnceMax;
    // One owner's sources, however slow, leave a place to the others.
    const limits = { slots, groupSlots: Math.max(1, slots - 1) };
    await queues.work('pull', limits, async (message) => this.worker.work(message));
  }

  /** What is under way is broken off and handed back, and then the queue comes to its end. */
  stop(): void {
    this.worker.stop();
  }

  /** Once the queue has ended. */
  close(): void {
    this.keeper.close();
  }
}
