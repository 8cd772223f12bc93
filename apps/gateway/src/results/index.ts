import { Database, ResultStore } from '@mts/store';

import type { Feature } from '../feature.js';
import { DownloadsController } from './downloads.controller.js';
import { ResultsDesk } from './results-desk.js';
import { SamePersonsController } from './same-persons.controller.js';

export const results: Feature = {
  controllers: [DownloadsController, SamePersonsController],
  providers: [
    ResultsDesk,
    {
      provide: ResultStore,
      useFactory: (database: Database) => new ResultStore(database),
      inject: [Database],
    },
  ],
};
