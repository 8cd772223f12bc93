import { type DynamicModule, Module } from '@nestjs/common';
import { ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import type { Logger } from '@mts/platform';
import { Queues } from '@mts/queue';
import {
  Database,
  DeliveryStore,
  FiringStore,
  OfferedRanges,
  OutageLog,
  PullStore,
  RangeStore,
  RequestStore,
  SteeringStore,
} from '@mts/store';

import type { SchedulerConfig } from './options.js';
import { Reconciler } from './reconciler.js';
import { Scheduler } from './scheduler.js';
import { Timetable } from './timetable.js';

@Module({})
export class SchedulerModule {
  static forRoot(config: SchedulerConfig, logger: Logger): DynamicModule {
    return {
      module: SchedulerModule,
      imports: [ScheduleModule.forRoot()],
      providers: [
        {
          provide: Scheduler,
          inject: [SchedulerRegistry],
          useFactory: async (registry: SchedulerRegistry) => assemble(registry, config, logger),
        },
      ],
    };
  }
}

async function assemble(
  registry: SchedulerRegistry,
  config: SchedulerConfig,
  lines: Logger,
): Promise<Scheduler> {
  const database = await Database.open({
    url: config.databaseUrl,
    schema: config.databaseSchema,
    app: 'mts-scheduler',
    connectionsMax: config.databaseConnectionsMax,
  });
  const logger = new OutageLog(lines, async () => database.query('SELECT 1'));
  const queues = new Queues({
    url: config.databaseUrl,
    schema: config.queueSchema,
    role: 'sender',
    onError: (error) => logger.error('the queue reported a fault', { error }),
  });
  const requests = new RequestStore(database);
  const reconciler = new Reconciler({
    ranges: new RangeStore(database),
    offered: new OfferedRanges(database),
    steering: new SteeringStore(database, requests),
    pulls: new PullStore(database, requests),
    deliveries: new DeliveryStore(database),
    queues,
    logger,
  });
  const timetable = new Timetable(new FiringStore(database), reconciler, queues, logger);
  return new Scheduler(registry, timetable, queues, database, logger);
}
