import { type DynamicModule, Module } from '@nestjs/common';
import type { KekProvider } from '@mts/crypto';
import type { RecordRuleSettings } from '@mts/inputs';
import { OutputFormats } from '@mts/outputs';
import type { Clock } from '@mts/platform';
import { ProfileStore, RequestStore } from '@mts/store';

import { Ingest } from './ingest/ingest.js';
import { type ListLimits, ListsController, LIST_SETTINGS } from './lists/lists.controller.js';
import type { ListSettings } from './lists/read-list-request.js';
import { PreviewController, RECORD_RULES } from './preview/preview.controller.js';
import { CLOCK, KEKS, RequestsController } from './requests/requests.controller.js';
import { Health } from './service/health.js';
import { PreflightDesk } from './service/preflight-desk.js';
import { ServiceController } from './service/service.controller.js';

/** What the controllers work with. */
export interface GatewayServices {
  readonly ingest: Ingest;
  readonly listSettings: ListSettings & ListLimits;
  readonly formats: OutputFormats;
  readonly rules: RecordRuleSettings;
  readonly requests: RequestStore;
  readonly profile: ProfileStore;
  readonly keks: KekProvider;
  readonly clock: Clock;
  readonly health: Health;
  readonly preflightDesk: PreflightDesk;
}

@Module({})
export class GatewayModule {
  static of(services: GatewayServices): DynamicModule {
    return {
      module: GatewayModule,
      controllers: [ListsController, PreviewController, RequestsController, ServiceController],
      providers: [
        { provide: Ingest, useValue: services.ingest },
        { provide: LIST_SETTINGS, useValue: services.listSettings },
        { provide: OutputFormats, useValue: services.formats },
        { provide: RECORD_RULES, useValue: services.rules },
        { provide: RequestStore, useValue: services.requests },
        { provide: ProfileStore, useValue: services.profile },
        { provide: KEKS, useValue: services.keks },
        { provide: CLOCK, useValue: services.clock },
        { provide: Health, useValue: services.health },
        { provide: PreflightDesk, useValue: services.preflightDesk },
      ],
    };
  }
}
