import { type DynamicModule, Module } from '@nestjs/common';
import type { KekProvider } from '@mts/crypto';
import type { RecordRuleSettings } from '@mts/inputs';
import { OutputFormats } from '@mts/outputs';
import { type Clock, type Logger, OutboundGuard } from '@mts/platform';
import { Queues } from '@mts/queue';
import { AwaitedStore, Database, Notifications, ProfileStore, RequestStore } from '@mts/store';

import { callback } from './callback/index.js';
import { assertAccess } from './callers/access.js';
import { callers } from './callers/index.js';
import { callerProviders, type CallerServices } from './callers/open-callers.js';
import type { Feature } from './feature.js';
import { Idempotency } from './ingest/idempotency.js';
import { Ingest } from './ingest/ingest.js';
import { lists } from './lists/index.js';
import { type ListLimits, LIST_SETTINGS } from './lists/lists.controller.js';
import type { ListSettings } from './lists/read-list-request.js';
import type { GatewayConfig } from './options.js';
import { odk } from './odk/index.js';
import { preview } from './preview/index.js';
import { events } from './events/index.js';
import { sync } from './sync/index.js';
import { requests } from './requests/index.js';
import { results } from './results/index.js';
import { OwnRequests } from './requests/own-requests.js';
import { Turns } from './requests/turns.js';
import { service } from './service/index.js';
import { Health } from './service/health.js';
import { PreflightDesk } from './service/preflight-desk.js';
import { CLOCK, GATEWAY_CONFIG, KEKS, LOGGER, RECORD_RULES } from './tokens.js';

/** What the controllers work with. */
export interface GatewayServices extends CallerServices {
  readonly config: GatewayConfig;
  readonly logger: Logger;
  readonly database: Database;
  readonly queues: Queues;
  readonly ingest: Ingest;
  readonly idempotency: Idempotency;
  readonly listSettings: ListSettings & ListLimits;
  readonly formats: OutputFormats;
  readonly rules: RecordRuleSettings;
  readonly requests: RequestStore;
  readonly profile: ProfileStore;
  readonly notifications: Notifications;
  readonly awaited: AwaitedStore;
  readonly keks: KekProvider;
  readonly clock: Clock;
  readonly health: Health;
  readonly preflightDesk: PreflightDesk;
}

/** Every part of the API: one folder, one line here. */
const FEATURES: readonly Feature[] = [
  lists,
  sync,
  preview,
  requests,
  results,
  service,
  callers,
  callback,
  events,
  odk,
];

@Module({})
export class GatewayModule {
  static of(services: GatewayServices): DynamicModule {
    const controllers = FEATURES.flatMap((feature) => feature.controllers);
    assertAccess(controllers);
    return {
      module: GatewayModule,
      controllers,
      providers: [
        ...callerProviders(services),
        { provide: Database, useValue: services.database },
        { provide: Queues, useValue: services.queues },
        { provide: LOGGER, useValue: services.logger },
        { provide: GATEWAY_CONFIG, useValue: services.config },
        { provide: Ingest, useValue: services.ingest },
        { provide: Idempotency, useValue: services.idempotency },
        { provide: LIST_SETTINGS, useValue: services.listSettings },
        { provide: OutputFormats, useValue: services.formats },
        {
          provide: OutboundGuard,
          useFactory: () => new OutboundGuard({ allowed: services.config.outboundAllowed }),
        },
        { provide: RECORD_RULES, useValue: services.rules },
        { provide: RequestStore, useValue: services.requests },
        { provide: ProfileStore, useValue: services.profile },
        { provide: Notifications, useValue: services.notifications },
        { provide: AwaitedStore, useValue: services.awaited },
        { provide: KEKS, useValue: services.keks },
        { provide: CLOCK, useValue: services.clock },
        { provide: Health, useValue: services.health },
        { provide: PreflightDesk, useValue: services.preflightDesk },
        OwnRequests,
        Turns,
        ...FEATURES.flatMap((feature) => feature.providers),
      ],
    };
  }
}
