import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { KekProvider } from '@mts/crypto';
import type { RecordRuleSettings } from '@mts/inputs';
import { OutputFormats } from '@mts/outputs';
import type { Clock, Logger } from '@mts/platform';
import { Queues } from '@mts/queue';
import { Database, ProfileStore, RequestStore } from '@mts/store';

import { CallerGuard } from './callers/caller.guard.js';
import { Callers } from './callers/callers.js';
import type { Feature } from './feature.js';
import { Ingest } from './ingest/ingest.js';
import { lists } from './lists/index.js';
import { type ListLimits, LIST_SETTINGS } from './lists/lists.controller.js';
import type { ListSettings } from './lists/read-list-request.js';
import type { GatewayConfig } from './options.js';
import { preview } from './preview/index.js';
import { requests } from './requests/index.js';
import { OwnRequests } from './requests/own-requests.js';
import { service } from './service/index.js';
import { Health } from './service/health.js';
import { PreflightDesk } from './service/preflight-desk.js';
import { CLOCK, GATEWAY_CONFIG, KEKS, LOGGER, RECORD_RULES } from './tokens.js';

/** What the controllers work with. */
export interface GatewayServices {
  readonly config: GatewayConfig;
  readonly logger: Logger;
  readonly database: Database;
  readonly queues: Queues;
  readonly callers: Callers;
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

/** Every part of the API: one folder, one line here. */
const FEATURES: readonly Feature[] = [lists, preview, requests, service];

@Module({})
export class GatewayModule {
  static of(services: GatewayServices): DynamicModule {
    return {
      module: GatewayModule,
      controllers: FEATURES.flatMap((feature) => feature.controllers),
      providers: [
        { provide: APP_GUARD, useClass: CallerGuard },
        { provide: Callers, useValue: services.callers },
        { provide: Database, useValue: services.database },
        { provide: Queues, useValue: services.queues },
        { provide: LOGGER, useValue: services.logger },
        { provide: GATEWAY_CONFIG, useValue: services.config },
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
        OwnRequests,
        ...FEATURES.flatMap((feature) => feature.providers),
      ],
    };
  }
}
