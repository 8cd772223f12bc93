import { Database, PullStore, RequestStore } from '@mts/store';

import type { Feature } from '../feature.js';
import { OdkController } from './odk.controller.js';
import { PullDesk } from './pull-desk.js';

export const odk: Feature = {
  controllers: [OdkController],
  providers: [
    PullDesk,
    {
      provide: PullStore,
      useFactory: (database: Database, requests: RequestStore) => new PullStore(database, requests),
      inject: [Database, RequestStore],
    },
  ],
};
