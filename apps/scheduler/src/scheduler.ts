import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Ending } from '@mts/platform';
import type { Queues } from '@mts/queue';
import type { Database, OutageLog } from '@mts/store';

import { PERIODS_SECONDS, type Schedule, type Timetable } from './timetable.js';

const STOP_GRACE_MS = 5_000;
/**
 * When a part is given up that does not come to its end, because the database is silent; since the stop began. A statement
 * under way waits for a lock for 10 s at most.
 */
const GIVEN_UP_AFTER_MS = { reconciliation: 11_000, queues: 14_000, database: 16_500 } as const;

/** The life of one scheduler process. */
export class Scheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private stopped: Promise<void> | undefined;

  constructor(
    private readonly registry: SchedulerRegistry,
    private readonly timetable: Timetable,
    private readonly queues: Queues,
    private readonly database: Database,
    private readonly logger: OutageLog,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.queues.start();
    for (const [schedule, seconds] of Object.entries(PERIODS_SECONDS)) {
      const timer = setInterval(() => void this.timetable.tick(schedule as Schedule), seconds * 1000);
      this.registry.addInterval(schedule, timer);
      // What became due while no scheduler ran is done now.
      await this.timetable.tick(schedule as Schedule);
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.stop(new Ending());
  }

  /** May be called again. */
  async stop(ending: Ending): Promise<void> {
    this.stopped ??= this.stopInOrder(ending);
    return this.stopped;
  }

  private async stopInOrder(ending: Ending): Promise<void> {
    for (const schedule of this.registry.getIntervals()) this.registry.deleteInterval(schedule);
    this.timetable.stop();
    const { reconciliation, queues, database } = GIVEN_UP_AFTER_MS;
    await ending.step('the reconciliation', reconciliation, async () => this.timetable.settled());
    this.logger.close();
    await ending.step('the queues', queues, async () => this.queues.stop(STOP_GRACE_MS));
    await ending.step('the database', database, async () => this.database.close());
  }
}
