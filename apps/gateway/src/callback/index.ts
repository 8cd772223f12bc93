import { Database, DeliveryStore } from '@mts/store';

import type { Feature } from '../feature.js';
import { RedeliverController } from './redeliver.controller.js';

export const callback: Feature = {
  controllers: [RedeliverController],
  providers: [
    {
      provide: DeliveryStore,
      useFactory: (database: Database) => new DeliveryStore(database),
      inject: [Database],
    },
  ],
};
