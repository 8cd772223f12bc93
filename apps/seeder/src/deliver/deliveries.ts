import type { KekProvider } from '@mts/crypto';
import { JqPool, OutputFormats } from '@mts/outputs';
import { type Logger, OutboundGuard, systemClock } from '@mts/platform';
import type { Queues } from '@mts/queue';
import { type Database, type DeliveryLease, DeliveryStore, RequestStore, ResultStore } from '@mts/store';

import { LeaseKeeper } from '../authenticate/lease-keeper.js';
import type { SeederConfig } from '../options.js';
import { DeliverWorker, LAST_CALL_GRACE_MS, TURN_MS } from './deliver-worker.js';

export interface DeliveriesParts {
  readonly database: Database;
  readonly queues: Queues;
  readonly keks: KekProvider;
  readonly config: Pick<SeederConfig, 'outboundAllowed' | 'callbackAgeHoursMax' | 'deliveriesAtOnceMax'>;
  readonly logger: Logger;
}

/** The deliveries of one seeder, and all that only they need. */
export class Deliveries {
  private readonly store: DeliveryStore;
  private readonly requests: RequestStore;
  private readonly jqPool = new JqPool();
  private readonly keeper: LeaseKeeper<DeliveryLease>;
  private readonly worker: DeliverWorker;

  constructor(private readonly parts: DeliveriesParts) {
    const { database, keks, config, logger } = parts;
    this.store = new DeliveryStore(database);
    this.requests = new RequestStore(database);
    this.keeper = new LeaseKeeper(this.store, logger);
    this.worker = new DeliverWorker({
      deliveries: this.store,
      requests: this.requests,
      results: new ResultStore(database),
      keeper: this.keeper,
      keks,
      formats: new OutputFormats(this.jqPool),
      guard: new OutboundGuard({ allowed: config.outboundAllowed }),
      clock: systemClock,
      now: async () => database.now(),
      logger,
      ageHoursMax: config.callbackAgeHoursMax,
      lastCallGraceMs: LAST_CALL_GRACE_MS,
      turnMs: TURN_MS,
    });
  }

  async start(): Promise<void> {
    const { queues, config } = this.parts;
    const slots = config.deliveriesAtOnceMax;
    // One owner's receivers, however slow, leave a place to the others.
    const limits = { slots, groupSlots: Math.max(1, slots - 1) };
    await queues.work('deliver', limits, async (message) => this.worker.work(message));
  }

  /** Of a request that has ended: its results go out at once, not only when the reconciler finds them. */
  async offer(requestId: string): Promise<void> {
    const delivery = await this.store.find(requestId);
    const request = await this.requests.find(requestId);
    if (delivery?.state !== 'waiting' || request === null) return;
    await this.parts.queues.post('deliver', [
      { message: { v: 1, requestId }, key: requestId, group: request.owner },
    ]);
  }

  /** Nothing new is sent; calls under way end, and then the queue comes to its end. */
  stop(): void {
    this.worker.stop();
  }

  /** Once the queue has ended. */
  async close(): Promise<void> {
    this.keeper.close();
    await this.jqPool.close();
  }
}
