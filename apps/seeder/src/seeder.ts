import { setTimeout as wait } from 'node:timers/promises';

import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { IdaClient } from '@mts/ida-client';
import type { Queues } from '@mts/queue';
import type { Database, Lease, Notifications, OutageLog } from '@mts/store';

import type { AwaitedWork } from './authenticate/awaited-work.js';
import type { Intake } from './authenticate/intake.js';
import type { LeaseKeeper } from './authenticate/lease-keeper.js';
import type { Deliveries } from './deliver/deliveries.js';
import type { Heartbeat } from './heartbeat.js';
import type { Housekeeper } from './housekeeping/housekeeper.js';
import type { Prober } from './profile/prober.js';
import type { Pulls } from './pull/pulls.js';

/** What a seeder is made of; see seeder.module.ts. */
export interface SeederParts {
  readonly database: Database;
  readonly notifications: Notifications;
  readonly queues: Queues;
  readonly logger: OutageLog;
  readonly client: IdaClient;
  readonly heartbeat: Heartbeat;
  readonly keeper: LeaseKeeper<Lease>;
  readonly intake: Intake;
  readonly awaited: AwaitedWork;
  readonly deliveries: Deliveries;
  readonly pulls: Pulls;
  readonly prober: Prober;
  readonly housekeeper: Housekeeper;
}

/** Longer than a call to IDA may take at the most, connecting and answering; below the 20 s that a stop may take. */
const STOP_GRACE_MS = 18_000;
/** And what is left then to keep what calls have brought. */
const STORED_GRACE_MS = 1_000;

/** The life of one seeder process: starts the work, shows that it lives, and ends in good order. */
export class Seeder implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(private readonly parts: SeederParts) {}

  async onApplicationBootstrap(): Promise<void> {
    const { queues, heartbeat, intake, deliveries, pulls, housekeeper, prober } = this.parts;
    await queues.start();
    await heartbeat.start();
    await prober.start();
    await intake.start();
    await deliveries.start();
    await pulls.start();
    await queues.work('preflight', { slots: 1 }, async ({ askedAt }) =>
      prober.preflightFor(new Date(askedAt)),
    );
    await queues.work('housekeeping', { slots: 1 }, async (message) => housekeeper.perform(message.duty));
  }

  /** No new record is asked; those in flight are answered and stored; ranges are handed back. */
  async beforeApplicationShutdown(): Promise<void> {
    const { queues, intake, keeper, awaited, deliveries, pulls, prober, client, heartbeat } = this.parts;
    prober.close();
    intake.stop();
    keeper.stopAll();
    deliveries.stop();
    pulls.stop();
    await queues.stop(STOP_GRACE_MS);
    // What was fetched while the queue came to its end.
    keeper.stopAll();
    // What the database cannot take now is asked again by another seeder.
    await Promise.race([awaited.settled(), wait(STORED_GRACE_MS, undefined, { ref: false })]);
    keeper.close();
    await deliveries.close();
    pulls.close();
    await client.close();
    await heartbeat.stop();
    this.parts.logger.close();
    await this.parts.notifications.close();
    await this.parts.database.close();
  }
}
