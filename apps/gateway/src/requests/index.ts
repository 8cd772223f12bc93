import { Database, OverviewStore, RequestStore, SteeringStore } from '@mts/store';

import type { Feature } from '../feature.js';
import { OverviewController } from './overview.controller.js';
import { RequestsController } from './requests.controller.js';
import { Steering } from './steering.js';
import { SteeringController } from './steering.controller.js';

export const requests: Feature = {
  controllers: [RequestsController, OverviewController, SteeringController],
  providers: [
    Steering,
    {
      provide: OverviewStore,
      inject: [Database],
      useFactory: (database: Database) => new OverviewStore(database),
    },
    {
      provide: SteeringStore,
      inject: [Database, RequestStore],
      useFactory: (database: Database, store: RequestStore) => new SteeringStore(database, store),
    },
  ],
};
