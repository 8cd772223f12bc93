import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import type { Queues } from '@mts/queue';
import type { Database, OutageLog } from '@mts/store';

import { PERIODS_SECONDS, type Schedule, type Timetable } from './timetable.js';

const STOP_GRACE_MS = 5_000;

/** The life of one scheduler process. */
export class Scheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
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
    for (const schedule of this.registry.getIntervals()) this.registry.deleteInterval(schedule);
    this.logger.close();
    await this.queues.stop(STOP_GRACE_MS);
    await this.database.close();
  }
}
