import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

import { type DynamicModule, Module } from '@nestjs/common';
import { checkValue, type KekProvider, missingKek, openKekProvider } from '@mts/crypto';
import { type Logger, systemClock } from '@mts/platform';
import { Queues } from '@mts/queue';
import {
  Database,
  keksInUse,
  knownKeks,
  type Lease,
  Notifications,
  OpinionStore,
  OutageLog,
  ProbeStore,
  ProfileStore,
  OfferedRanges,
  RangeStore,
  RequestStore,
  ResultStore,
  SeederStore,
  SetAsideStore,
  SilenceStore,
  verifyKek,
} from '@mts/store';

import { AwaitedWork } from './authenticate/awaited-work.js';
import { Balance } from './authenticate/balance.js';
import { Backlog } from './authenticate/backlog.js';
import { Calm } from './authenticate/calm.js';
import { CallFigures } from './authenticate/call-figures.js';
import { CallGate } from './authenticate/call-gate.js';
import { FollowedClient } from './authenticate/followed-client.js';
import { InFlightLimit } from './authenticate/in-flight-limit.js';
import { InFlightShare } from './authenticate/in-flight-share.js';
import { Intake } from './authenticate/intake.js';
import { LeaseKeeper } from './authenticate/lease-keeper.js';
import { ListHelp } from './authenticate/list-help.js';
import { ListWork } from './authenticate/list-work.js';
import { Probes } from './authenticate/probes.js';
import { RangeWorker } from './authenticate/range-worker.js';
import { RateCap } from './authenticate/rate-cap.js';
import { RecordAsker } from './authenticate/record-asker.js';
import { Standby } from './authenticate/standby.js';
import { Twins } from './authenticate/twins.js';
import { Deliveries } from './deliver/deliveries.js';
import { Heartbeat, type HeartbeatParts } from './heartbeat.js';
import { Housekeeper } from './housekeeping/housekeeper.js';
import { openIdaClient } from './ida/client.js';
import type { SeederConfig } from './options.js';
import { ANSWERS_TOLD_EVERY_MS } from './profile/answer-exchange.js';
import type { AskingWork } from './profile/asking-work.js';
import { assembleProfile } from './profile/assemble.js';
import { OwnHold } from './profile/own-hold.js';
import { Prober } from './profile/prober.js';
import { SecondOpinion } from './profile/second-opinion.js';
import { Pulls } from './pull/pulls.js';
import { Seeder, type SeederParts } from './seeder.js';

/** The one IDA profile; its tables have room for more. */
const PROFILE_ID = 'default';

@Module({})
export class SeederModule {
  static forRoot(config: SeederConfig, logger: Logger, calm = new Calm()): DynamicModule {
    return {
      module: SeederModule,
      providers: [
        { provide: Seeder, useFactory: async () => new Seeder(await assemble(config, logger, calm)) },
      ],
    };
  }
}

async function assemble(config: SeederConfig, lines: Logger, calm: Calm): Promise<SeederParts> {
  const id = randomUUID();
  // By these it is found again in `/health` and `holds list`.
  lines.info('this seeder starts', { seederId: id, host: hostname(), processId: process.pid });
  const client = await openIdaClient(config, lines);
  const { database, notifications, queues, logger } = await connect(config, lines);
  const keks = await openKeks(config, database, lines);
  const requests = new RequestStore(database);
  const deliveries = new Deliveries({ database, queues, keks, config, logger });
  const onEnded = async (requestId: string): Promise<void> => deliveries.offer(requestId);
  const ground = {
    id,
    config,
    logger,
    calm,
    client,
    keks,
    database,
    notifications,
    queues,
    requests,
    onEnded,
  };
  return {
    database,
    notifications,
    client,
    queues,
    logger,
    deliveries,
    ...assembleAsking(ground),
    pulls: new Pulls({ database, queues, keks, config, logger, onEnded }),
    housekeeper: new Housekeeper(
      database,
      requests,
      new ResultStore(database),
      keks,
      config,
      async () => database.now(),
      logger,
    ),
  };
}

/** What all that asks IDA stands on. */
interface Ground extends Pick<SeederParts, 'database' | 'notifications' | 'queues' | 'client'> {
  readonly id: string;
  readonly config: SeederConfig;
  readonly logger: Logger;
  readonly calm: Calm;
  readonly keks: KekProvider;
  readonly requests: RequestStore;
  readonly onEnded: (requestId: string) => Promise<void>;
}

function assembleAsking(
  ground: Ground,
): Pick<SeederParts, 'heartbeat' | 'keeper' | 'intake' | 'awaited' | 'lists' | 'balance' | 'prober'> {
  const { id, config, logger, calm, client, keks, database, notifications, queues, requests, onEnded } =
    ground;
  const [ranges, profile] = [new RangeStore(database), new ProfileStore(database, PROFILE_ID)];
  const { gate, limit, share, figures, backlog, heartbeat } = placesOf(config, id, database, profile, logger);
  const [keeper, own] = [new LeaseKeeper(ranges, logger), new OwnHold(id, profile, logger)];
  const standby = new Standby(own, share);
  const silence = new SilenceStore(database, PROFILE_ID);
  const opinions = new OpinionStore(database, PROFILE_ID, id);
  const opinion = new SecondOpinion(opinions, own, preflightMsMax(config), client);
  const work = askingWork(keeper, gate);
  const shared = { database, profile, silence, own, opinion, logger };
  const pieces = assembleProfile({ ...shared, client, work });
  notifications.subscribe(profile.topic, () => keeper.lookNow());
  standby.follow(() => {
    // Ranges that nobody here can go on with are handed back.
    if (standby.isOn) keeper.stopAll(isWork);
  });
  const followed = new FollowedClient(client, limit, figures);
  const asker = new RecordAsker(followed, ranges, pieces.silences, pieces.guard, calm, systemClock);
  const worker = new RangeWorker({
    ranges,
    twins: new Twins(ranges),
    setAside: new SetAsideStore(database),
    requests,
    keks,
    keeper,
    gate,
    calm,
    standby,
    backlog,
    asker,
    silences: pieces.silences,
    logger,
    onEnded,
  });
  const store = new ProbeStore(database, PROFILE_ID);
  const probes = new Probes({ store, silence, ranges, worker, asker, logger });
  const awaited = new AwaitedWork(worker, logger);
  const offered = new OfferedRanges(database);
  const lists = new ListWork({ worker, offered, queues, logger });
  const help = new ListHelp({ worker, offered, queues, logger });
  const balance = new Balance({ seederId: id, store: new SeederStore(database), backlog, lists, logger });
  const { rangesAtOnceMax, idaPreflightIntervalSeconds: preflightIntervalSeconds } = config;
  const prober = new Prober({ ...shared, ...pieces, probes, preflightIntervalSeconds });
  notifications.subscribe(opinions.topic, () => void prober.answerOthers());
  notifications.subscribe(profile.mendedTopic, () => void prober.lookMended());
  return {
    heartbeat,
    keeper,
    awaited,
    lists,
    balance,
    intake: new Intake({ queues, awaited, lists, help, standby, rangesAtOnceMax, logger }),
    prober,
  };
}

/** @throws KekError, SchemaError: a key that is missing stops the start, not the first request that needs it. */
async function openKeks(config: SeederConfig, database: Database, lines: Logger): Promise<KekProvider> {
  const keks = await openKekProvider(config, missingKek(config.runtime, await knownKeks(database)));
  for (const { file, id } of keks.files) lines.info('a key-encryption key is mounted', { file, id });
  // Before a key is made or noted: with a wrong path that would be a wrong one.
  for (const id of await keksInUse(database)) await keks.byId(id);
  const kek = await keks.current(systemClock());
  await verifyKek(database, { id: kek.id, checkValue: checkValue(kek) });
  return keks;
}

/** What decides how many calls are in flight, and tells of it. */
function placesOf(
  config: SeederConfig,
  seederId: string,
  database: Database,
  profile: ProfileStore,
  logger: Logger,
): Omit<HeartbeatParts, 'seederId' | 'store' | 'ratePerSecondMax' | 'logger'> & { heartbeat: Heartbeat } {
  const { idaInFlightMax: inFlightMax, idaRatePerSecondMax: ratePerSecondMax } = config;
  const limit = new InFlightLimit({
    placesMax: inFlightMax,
    onTurn: (turn, inFlightLimit) => {
      const figures = { inFlightLimit, inFlightMax };
      if (turn === 'fell') logger.warn('IDA is slow or fails: fewer calls are in flight', figures);
      else logger.info('IDA can bear more calls in flight again', figures);
    },
  });
  const share = new InFlightShare(config.idaInFlightMaxAll);
  const cap = ratePerSecondMax === 'none' ? undefined : new RateCap(profile, ratePerSecondMax);
  const gate = new CallGate(limit, share, cap);
  const parts = { limit, share, figures: new CallFigures(), gate, backlog: new Backlog(gate) };
  const store = new SeederStore(database);
  return { ...parts, heartbeat: new Heartbeat({ ...parts, seederId, store, ratePerSecondMax, logger }) };
}

/** A seeder that is busy, or has not heard of the question, begins with a preflight this late. */
const BEGUN_LATE_MS = ANSWERS_TOLD_EVERY_MS + 500;

/** How long one of another seeder is waited for. */
function preflightMsMax({ idaConnectTimeoutMs, idaAnswerTimeoutMs }: SeederConfig): number {
  return idaConnectTimeoutMs + idaAnswerTimeoutMs + BEGUN_LATE_MS;
}

function askingWork(keeper: LeaseKeeper<Lease>, gate: CallGate): AskingWork {
  return {
    stop: (requestId) =>
      keeper.stopAll((lease) => isWork(lease) && (requestId ?? lease.requestId) === lease.requestId),
    pause: () => gate.pause(),
    goOn: () => gate.goOn(),
  };
}

/** A probe goes on through a hold, which it is to end. */
function isWork({ purpose }: Lease): boolean {
  return purpose === 'work';
}

async function connect(
  config: SeederConfig,
  lines: Logger,
): Promise<Pick<SeederParts, 'database' | 'notifications' | 'queues' | 'logger'>> {
  const database = await Database.open({
    url: config.databaseUrl,
    schema: config.databaseSchema,
    app: 'mts-seeder',
    connectionsMax: config.databaseConnectionsMax,
  });
  const logger = new OutageLog(lines, async () => database.query('SELECT 1'));
  const notifications = await Notifications.open({
    url: config.databaseUrl,
    schema: config.databaseSchema,
    app: 'mts-seeder-notifications',
    onFault: (error) => logger.warn('notifications do not come in; the tables are looked at', { error }),
  });
  const queues = new Queues({
    url: config.databaseUrl,
    schema: config.queueSchema,
    role: 'worker',
    onError: (error) => logger.error('the queue reported a fault', { error }),
  });
  return { database, notifications, queues, logger };
}
