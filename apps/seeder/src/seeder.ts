import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { IdaClient } from '@mts/ida-client';
import { Ending } from '@mts/platform';
import type { Queues } from '@mts/queue';
import type { Database, Lease, Notifications, OutageLog } from '@mts/store';

import type { AwaitedWork } from './authenticate/awaited-work.js';
import type { Balance } from './authenticate/balance.js';
import type { Intake } from './authenticate/intake.js';
import type { LeaseKeeper } from './authenticate/lease-keeper.js';
import type { ListWork } from './authenticate/list-work.js';
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
  readonly lists: ListWork;
  readonly balance: Balance;
  readonly deliveries: Deliveries;
  readonly pulls: Pulls;
  readonly prober: Prober;
  readonly housekeeper: Housekeeper;
}

/**
 * Until when each part of the stop is waited for, since it began. The work has nearly all of the time: longer than an answer
 * of IDA may take (MTS_IDA_ANSWER_TIMEOUT_MS), and what is left then is for storing it; also the database is closed last,
 * because a statement may get through until then.
 */
const GIVEN_UP_AFTER_MS = { work: 16_000, queues: 16_500, helpers: 17_000, connections: 17_400 } as const;

/** The life of one seeder process: starts the work, shows that it lives, and ends in good order. */
export class Seeder implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private stopped: Promise<void> | undefined;

  constructor(private readonly parts: SeederParts) {}

  async onApplicationBootstrap(): Promise<void> {
    const { queues, heartbeat, intake, balance, deliveries, pulls, housekeeper, prober } = this.parts;
    await queues.start();
    await heartbeat.start();
    await prober.start();
    await intake.start();
    balance.start();
    await deliveries.start();
    await pulls.start();
    await queues.work('preflight', { slots: 1 }, async ({ askedAt }) =>
      prober.preflightFor(new Date(askedAt)),
    );
    await queues.work('housekeeping', { slots: 1 }, async (message) => housekeeper.perform(message.duty));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.stop(new Ending());
  }

  /** No new record is asked; those in flight are answered and stored; ranges are handed back. May be called again. */
  async stop(ending: Ending): Promise<void> {
    this.stopped ??= this.stopInOrder(ending);
    return this.stopped;
  }

  private async stopInOrder(ending: Ending): Promise<void> {
    const { queues, intake, balance, keeper, deliveries, pulls, prober, housekeeper } = this.parts;
    const { work, queues: queuesEnd } = GIVEN_UP_AFTER_MS;
    prober.close();
    balance.close();
    intake.stop();
    // Also for what is fetched while the queues come to their end.
    keeper.stopForGood();
    deliveries.stop();
    pulls.stop();
    housekeeper.stop();
    await queues.leaveAll();
    await ending.step('calls to IDA, or their outcomes', work, async () => this.settled());
    // After them: the last call of a list lets its results go out.
    await ending.step('jobs', work, async () => queues.settled());
    await ending.step('the queues', queuesEnd, async () => queues.stop(ending.leftMs(work)));
    await ending.step('late calls to IDA, or their outcomes', queuesEnd, async () => this.settled());
    await this.closeAll(ending);
  }

  private async settled(): Promise<void> {
    await Promise.all([this.parts.awaited.settled(), this.parts.lists.settled()]);
  }

  private async closeAll(ending: Ending): Promise<void> {
    const { keeper, deliveries, pulls, client, heartbeat, logger, notifications, database } = this.parts;
    const { helpers, connections } = GIVEN_UP_AFTER_MS;
    keeper.close();
    pulls.close();
    await Promise.all([
      ending.step('deliveries', helpers, async () => deliveries.close()),
      ending.step('connections to IDA', helpers, async () => client.close()),
      ending.step('the heartbeat', helpers, async () => heartbeat.stop()),
    ]);
    logger.close();
    await Promise.all([
      ending.step('notifications', connections, async () => notifications.close()),
      ending.step('the database', connections, async () => database.close()),
    ]);
  }
}
