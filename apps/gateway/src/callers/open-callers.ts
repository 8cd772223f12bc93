import type { Provider } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { Logger } from '@mts/platform';
import { ApiKeyStore, Database, TicketStore } from '@mts/store';

import type { GatewayConfig } from '../options.js';
import { CallerGuard } from './caller.guard.js';
import { CallerLimits } from './caller-limits.js';
import { callerSettingsOf } from './caller-settings.js';
import { Callers } from './callers.js';
import { EventTickets } from './event-tickets.js';

/** What knows callers, and what they may have. */
export interface CallerServices {
  readonly apiKeys: ApiKeyStore;
  readonly callers: Callers;
  readonly callerLimits: CallerLimits;
}

/** @throws ConfigError */
export function openCallers(config: GatewayConfig, database: Database, logger: Logger): CallerServices {
  const settings = callerSettingsOf(config);
  const apiKeys = new ApiKeyStore(database);
  const { callsPerMinuteMax, refusalsPerMinuteMax } = config;
  const atOnceMax = {
    upload: config.uploadsPerCallerMax,
    sync: config.syncWaitingPerCallerMax,
    events: config.eventStreamsPerCallerMax,
  };
  const callers = new Callers({ settings, apiKeys, refusalsPerMinuteMax, logger });
  const { modes, warning } = callers.report();
  if (warning !== null) logger.warn(warning, { networks: config.trustedNetworks.join(' ') });
  void callers.warmUp();
  logger.info('how callers prove who they are', { modes: modes.join(' ') });
  return {
    apiKeys,
    callers,
    callerLimits: new CallerLimits({ atOnceMax, callsPerMinuteMax }),
  };
}

/** Has every call pass the guard. */
export function callerProviders({ apiKeys, callers, callerLimits }: CallerServices): readonly Provider[] {
  return [
    { provide: APP_GUARD, useClass: CallerGuard },
    { provide: ApiKeyStore, useValue: apiKeys },
    { provide: Callers, useValue: callers },
    { provide: CallerLimits, useValue: callerLimits },
    EventTickets,
    {
      provide: TicketStore,
      inject: [Database],
      useFactory: (database: Database) => new TicketStore(database),
    },
  ];
}
