import { setTimeout as wait } from 'node:timers/promises';

import { checkValue, type KekProvider, missingKek, openKekProvider } from '@mts/crypto';
import { type Clock, Ending, type Logger, NestLogger, systemClock } from '@mts/platform';
import { JqPool, OutputFormats } from '@mts/outputs';
import { Queues } from '@mts/queue';
import {
  AwaitedStore,
  Database,
  DeliveryStore,
  FiringStore,
  keksInUse,
  knownKeks,
  Notifications,
  OutageLog,
  ProfileStore,
  RequestStore,
  SeederStore,
  verifyKek,
} from '@mts/store';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { callerSettingsOf } from './callers/caller-settings.js';
import { listenAddress } from './callers/listen-address.js';
import { openCallers } from './callers/open-callers.js';
import { GatewayModule, type GatewayServices } from './gateway.module.js';
import { EnvelopeFilter } from './http/envelope.filter.js';
import { corsFor, registerHeaders } from './http/headers.js';
import { RouteTable } from './http/route-table.js';
import { httpAdapter, registerBodies, registerRefusals } from './http/server.js';
import { Idempotency } from './ingest/idempotency.js';
import { Ingest } from './ingest/ingest.js';
import { IngestPool } from './ingest/ingest-pool.js';
import { KEEP_ALIVE_MS } from './ingest/intake.js';
import { STALL_LIMIT_MS } from './lists/upload.js';
import { serveDocument } from './openapi/document.js';
import { type GatewayConfig, recordRulesOf } from './options.js';
import { Health } from './service/health.js';
import { PREFLIGHT_PATIENCE_MS, PreflightDesk } from './service/preflight-desk.js';

/** The one IDA profile; its tables have room for more. */
const PROFILE_ID = 'default';

/** How long calls under way may go on after a stop; what is still uploaded then breaks off. */
const STOP_GRACE_MS = 10_000;
const QUEUE_STOP_GRACE_MS = 1000;
/** When a part is given up that cannot be closed, because the database is silent; since the stop began. */
const GIVEN_UP_AFTER_MS = { calls: 13_000, uploads: 15_000, queues: 16_500, connections: 17_400 } as const;

/** What differs between a process and a test. */
export interface GatewaySurroundings {
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly stallLimitMs?: number;
  readonly keepAliveMs?: number;
  readonly stopGraceMs?: number;
  readonly preflightPatienceMs?: number;
  /** Closed with the gateway. */
  readonly jqPool?: JqPool;
}

export interface RunningGateway {
  readonly url: string;
  /** All that is served, as `GET /authtoken/status/:id`. */
  readonly routes: readonly string[];
  /** Lets calls under way finish, breaks off what takes longer, and leaves nothing of that. */
  stop(ending?: Ending): Promise<void>;
}

/** @throws ConfigError, KekError, SchemaError, each with a sentence for the operator */
export async function startGateway(
  config: GatewayConfig,
  surroundings: GatewaySurroundings,
): Promise<RunningGateway> {
  const host = await listenAddress(config.gatewayHost, callerSettingsOf(config));
  const { services, close } = await openServices(config, surroundings);
  const { app, routes } = await createApp(services);
  await app.listen(config.gatewayPort, host);
  return {
    url: await app.getUrl(),
    routes: routes.all(),
    stop: async (ending = new Ending()) => {
      const graceMs = surroundings.stopGraceMs ?? STOP_GRACE_MS;
      await ending.step('calls', GIVEN_UP_AFTER_MS.calls, async () => closeServer(app, graceMs));
      await close(ending);
    },
  };
}

interface OpenServices {
  readonly services: GatewayServices;
  readonly close: (ending: Ending) => Promise<void>;
}

async function openServices(config: GatewayConfig, surroundings: GatewaySurroundings): Promise<OpenServices> {
  const { clock = systemClock } = surroundings;
  const { stallLimitMs = STALL_LIMIT_MS, keepAliveMs = KEEP_ALIVE_MS, jqPool = new JqPool() } = surroundings;
  const rules = recordRulesOf(config);
  const { database, looks, queues, notifications, logger } = await connect(config, surroundings.logger);
  const keks = await openKeks(config, database, surroundings);

  const requests = new RequestStore(database);
  const profile = new ProfileStore(database, PROFILE_ID);
  const pool = new IngestPool(config.uploadsMax, logger);
  const deliveries = new DeliveryStore(database);
  const idempotency = new Idempotency(keks);
  const ingest = new Ingest({
    database,
    requests,
    deliveries,
    queues,
    keks,
    idempotency,
    inputKept: config.inputKept,
    pool,
    rules,
    clock,
    keepAliveMs,
    logger,
  });
  const seeders = new SeederStore(looks);
  const patienceMs = surroundings.preflightPatienceMs ?? PREFLIGHT_PATIENCE_MS;
  const services: GatewayServices = {
    config,
    logger,
    clock,
    database,
    queues,
    keks,
    requests,
    profile,
    notifications,
    idempotency,
    awaited: new AwaitedStore(database, PROFILE_ID),
    ingest,
    rules,
    ...openCallers(config, database, logger),
    health: new Health(looks, queues, new ProfileStore(looks, PROFILE_ID), seeders, new FiringStore(looks)),
    preflightDesk: new PreflightDesk(profile, seeders, queues, patienceMs),
    listSettings: listSettingsOf(config, stallLimitMs),
    formats: new OutputFormats(jqPool),
  };
  const close = async (ending: Ending): Promise<void> => {
    const { uploads, queues: queuesEnd, connections } = GIVEN_UP_AFTER_MS;
    await ending.step('uploads', uploads, async () => ingest.settled());
    await Promise.all([pool.close(), jqPool.close()]);
    logger.close();
    await ending.step('the queues', queuesEnd, async () => queues.stop(QUEUE_STOP_GRACE_MS));
    await Promise.all([
      ending.step('notifications', connections, async () => notifications.close()),
      ending.step('the database', connections, async () => Promise.all([database.close(), looks.close()])),
    ]);
  };
  return { services, close };
}

interface Connections extends Pick<GatewayServices, 'database' | 'queues' | 'notifications'> {
  /** Of its own, so that no probe waits for the calls that use up the other ones. */
  readonly looks: Database;
  readonly logger: OutageLog;
}

async function connect(config: GatewayConfig, lines: Logger): Promise<Connections> {
  const [url, schema] = [config.databaseUrl, config.databaseSchema];
  const connectionsMax = config.databaseConnectionsMax;
  const database = await Database.open({ url, schema, app: 'mts-gateway', connectionsMax });
  const looks = await Database.open({ url, schema, app: 'mts-gateway-health', connectionsMax: 1 });
  const logger = new OutageLog(lines, async () => looks.query('SELECT 1'));
  const queues = new Queues({
    url,
    schema: config.queueSchema,
    role: 'sender',
    onError: (error) => logger.error('the queue reported a fault', { error }),
  });
  await queues.start();
  const notifications = await Notifications.open({
    url,
    schema,
    app: 'mts-gateway-notifications',
    onFault: (error) => logger.warn('no notification can come in', { error }),
  });
  return { database, looks, queues, notifications, logger };
}

function listSettingsOf(config: GatewayConfig, stallLimitMs: number): GatewayServices['listSettings'] {
  const { languages, nameDelimiter, addressDelimiter, jsonBodySizeBytesMax, csvFileSizeBytesMax } = config;
  return {
    languages,
    nameDelimiter,
    addressDelimiter,
    jsonBodySizeBytesMax,
    csvFileSizeBytesMax,
    stallLimitMs,
  };
}

/** @throws KekError, SchemaError: a key that is missing stops the start, not the first caller who wants results. */
async function openKeks(
  config: GatewayConfig,
  database: Database,
  { logger, clock = systemClock }: GatewaySurroundings,
): Promise<KekProvider> {
  const keks = await openKekProvider(config, missingKek(config.runtime, await knownKeks(database)));
  for (const { file, id } of keks.files) logger.info('a key-encryption key is mounted', { file, id });
  // Before a key is made or noted: with a wrong path that would be a wrong one.
  for (const id of await keksInUse(database)) await keks.byId(id);
  const kek = await keks.current(clock());
  await verifyKek(database, { id: kek.id, checkValue: checkValue(kek) });
  return keks;
}

interface App {
  readonly app: NestFastifyApplication;
  readonly routes: RouteTable;
}

async function createApp(services: GatewayServices): Promise<App> {
  const { logger } = services;
  const adapter = httpAdapter();
  const server = adapter.getInstance();
  const routes = RouteTable.watching(server);
  registerHeaders(server);
  registerRefusals(server);
  const app = await NestFactory.create<NestFastifyApplication>(GatewayModule.of(services), adapter, {
    logger: new NestLogger(logger),
    abortOnError: false,
    bodyParser: false,
  });
  await registerBodies(server);
  if (services.config.corsOrigins.length > 0) app.enableCors(corsFor(services.config.corsOrigins));
  app.useGlobalFilters(new EnvelopeFilter(routes, logger, () => services.health.noteNoRoom()));
  serveDocument(app);
  return { app, routes };
}

async function closeServer(app: NestFastifyApplication, graceMs: number): Promise<void> {
  const closing = app.close();
  const patience = new AbortController();
  const cutting = wait(graceMs, undefined, { signal: patience.signal }).then(
    () => app.getHttpServer().closeAllConnections(),
    () => undefined,
  );
  await closing;
  patience.abort();
  await cutting;
}
