import { Database, DeliveryStore } from '@mts/store';

import type { Feature } from '../feature.js';
import { RedeliverController } from './redeliver.controller.js';
import { Redelivery } from './redelivery.js';

export const callback: Feature = {
  controllers: [RedeliverController],
  providers: [
    Redelivery,
    {
      provide: DeliveryStore,
      useFactory: (database: Database) => new DeliveryStore(database),
      inject: [Database],
    },
  ],
};
