import { type DynamicModule, Module } from '@nestjs/common';
import { checkValue, openKekProvider } from '@mts/crypto';
import { type Logger, systemClock } from '@mts/platform';
import { Queues } from '@mts/queue';
import {
  Database,
  keksInUse,
  ProfileStore,
  RangeStore,
  RequestStore,
  ResultStore,
  verifyKek,
} from '@mts/store';

import { AwaitedWork } from './authenticate/awaited-work.js';
import { CallGate } from './authenticate/call-gate.js';
import { LeaseKeeper } from './authenticate/lease-keeper.js';
import { RangeWorker } from './authenticate/range-worker.js';
import { RateCap } from './authenticate/rate-cap.js';
import { RecordAsker } from './authenticate/record-asker.js';
import { Deliveries } from './deliver/deliveries.js';
import { Housekeeper } from './housekeeping/housekeeper.js';
import { openIdaClient } from './ida/client.js';
import type { SeederConfig } from './options.js';
import { Prober } from './profile/prober.js';
import { ProfileGuard } from './profile/profile-guard.js';
import { Pulls } from './pull/pulls.js';
import { Seeder, type SeederParts } from './seeder.js';

/** The one IDA profile; its tables have room for more. */
const PROFILE_ID = 'default';

@Module({})
export class SeederModule {
  static forRoot(config: SeederConfig, logger: Logger): DynamicModule {
    return {
      module: SeederModule,
      providers: [{ provide: Seeder, useFactory: async () => new Seeder(await assemble(config, logger)) }],
    };
  }
}

async function assemble(config: SeederConfig, logger: Logger): Promise<SeederParts> {
  const client = await openIdaClient(config, logger);
  const keks = await openKekProvider(config, config.runtime === 'production' ? 'require' : 'create');
  const { database, queues } = await connect(config, logger);
  const kek = await keks.current(systemClock());
  await verifyKek(database, { id: kek.id, checkValue: checkValue(kek) });
  // A key that is missing stops the start, not the first request that needs it.
  for (const id of await keksInUse(database)) await keks.byId(id);

  const [requests, ranges, profile] = [
    new RequestStore(database),
    new RangeStore(database),
    new ProfileStore(database, PROFILE_ID),
  ];
  const deliveries = new Deliveries({ database, queues, keks, config, logger });
  const guard = new ProfileGuard(client, profile, logger);
  const [gate, cap, keeper] = [
    new CallGate(config.idaInFlightMax),
    new RateCap(profile, config.idaRatePerSecondMax),
    new LeaseKeeper(ranges, logger),
  ];
  const onEnded = async (requestId: string): Promise<void> => deliveries.offer(requestId);
  const worker = new RangeWorker(
    ranges,
    requests,
    keks,
    keeper,
    gate,
    cap,
    new RecordAsker(client, ranges, guard, systemClock),
    logger,
    onEnded,
  );
  return {
    database,
    client,
    profile,
    gate,
    keeper,
    worker,
    awaited: new AwaitedWork(worker, logger),
    logger,
    queues,
    deliveries,
    pulls: new Pulls({ database, queues, keks, config, logger, onEnded }),
    prober: new Prober(guard, profile, worker, config.idaPreflightIntervalSeconds, logger),
    housekeeper: new Housekeeper(
      database,
      requests,
      new ResultStore(database),
      keks,
      config,
      systemClock,
      logger,
    ),
    rangesAtOnceMax: config.rangesAtOnceMax,
  };
}

async function connect(
  config: SeederConfig,
  logger: Logger,
): Promise<Pick<SeederParts, 'database' | 'queues'>> {
  const database = await Database.open({
    url: config.databaseUrl,
    schema: config.databaseSchema,
    app: 'mts-seeder',
    connectionsMax: config.databaseConnectionsMax,
  });
  const queues = new Queues({
    url: config.databaseUrl,
    schema: config.queueSchema,
    role: 'worker',
    onError: (error) => logger.error('the queue reported a fault', { error }),
  });
  return { database, queues };
}
