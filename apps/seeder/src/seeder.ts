import { randomUUID } from 'node:crypto';

import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { IdaClient } from '@mts/ida-client';
import type { Logger } from '@mts/platform';
import type { Queues } from '@mts/queue';
import { type Database, type Lease, type ProfileStore, SEEDER_BEAT_SECONDS } from '@mts/store';

import type { AwaitedWork } from './authenticate/awaited-work.js';
import type { CallGate } from './authenticate/call-gate.js';
import type { LeaseKeeper } from './authenticate/lease-keeper.js';
import type { RangeWorker } from './authenticate/range-worker.js';
import type { Deliveries } from './deliver/deliveries.js';
import type { Housekeeper } from './housekeeping/housekeeper.js';
import type { Prober } from './profile/prober.js';
import type { Pulls } from './pull/pulls.js';

/** What a seeder is made of; see seeder.module.ts. */
export interface SeederParts {
  readonly database: Database;
  readonly queues: Queues;
  readonly client: IdaClient;
  readonly profile: ProfileStore;
  readonly gate: CallGate;
  readonly keeper: LeaseKeeper<Lease>;
  readonly worker: RangeWorker;
  readonly awaited: AwaitedWork;
  readonly deliveries: Deliveries;
  readonly pulls: Pulls;
  readonly prober: Prober;
  readonly housekeeper: Housekeeper;
  readonly rangesAtOnceMax: number;
  readonly logger: Logger;
}

/** Longer than a call to IDA may take at the most, connecting and answering; below the 20 s that a stop may take. */
const STOP_GRACE_MS = 18_000;

/** More callers than begin to wait in one moment; one place fetches them all, and begins with all at once. */
const AWAITED_FETCHED_TOGETHER = 50;

/** The life of one seeder process: starts the work, shows that it lives, and ends in good order. */
export class Seeder implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly id = randomUUID();
  private beats: NodeJS.Timeout | undefined;

  constructor(private readonly parts: SeederParts) {}

  async onApplicationBootstrap(): Promise<void> {
    const { queues, worker, awaited, deliveries, pulls, housekeeper, prober, rangesAtOnceMax } = this.parts;
    await queues.start();
    await this.beat();
    this.beats = setInterval(() => void this.beat(), SEEDER_BEAT_SECONDS * 1000);
    await prober.start();
    await queues.work(
      'authenticate',
      { slots: rangesAtOnceMax, groupSlots: Math.max(1, rangesAtOnceMax - 1) },
      async (message) => worker.work(message),
    );
    await queues.work('sync', { slots: 1, fetchedTogether: AWAITED_FETCHED_TOGETHER }, async (message) =>
      awaited.begin(message),
    );
    await deliveries.start();
    await pulls.start();
    await queues.work('preflight', { slots: 1 }, async ({ askedAt }) =>
      prober.preflightFor(new Date(askedAt)),
    );
    await queues.work('housekeeping', { slots: 1 }, async (message) => housekeeper.perform(message.duty));
  }

  /** No new record is asked; those in flight are answered and stored; ranges are handed back. */
  async beforeApplicationShutdown(): Promise<void> {
    const { queues, keeper, awaited, deliveries, pulls, prober, client, database, profile } = this.parts;
    clearInterval(this.beats);
    prober.close();
    keeper.stopAll();
    deliveries.stop();
    pulls.stop();
    await queues.stop(STOP_GRACE_MS);
    // What was fetched while the queue came to its end.
    keeper.stopAll();
    await awaited.settled();
    keeper.close();
    await deliveries.close();
    pulls.close();
    await client.close();
    await profile.leave(this.id);
    await database.close();
  }

  private async beat(): Promise<void> {
    const { profile, gate, logger } = this.parts;
    try {
      await profile.beat(this.id, gate.inFlight, gate.placesMax);
    } catch (error) {
      logger.warn('the database cannot be reached; will try again', { error: error as Error });
    }
  }
}
