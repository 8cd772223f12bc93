import { randomUUID } from 'node:crypto';

import { createLogger, Ending } from '@mts/platform';
import { installQueues, Queues } from '@mts/queue';
import {
  CopyBlock,
  Database,
  DeliveryStore,
  FiringStore,
  migrate,
  PullStore,
  OfferedRanges,
  OutageLog,
  RangeStore,
  RequestStore,
  SilenceStore,
  SteeringStore,
  verifyKek,
} from '@mts/store';
import { createTestDatabase, until } from '@mts/testing';
import { NestFactory } from '@nestjs/core';
import { SchedulerRegistry } from '@nestjs/schedule';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { readSchedulerConfig } from './options.js';
import { Reconciler, type ReconcilerParts } from './reconciler.js';
import { Scheduler } from './scheduler.js';
import { SchedulerModule } from './scheduler.module.js';
import { Timetable } from './timetable.js';

const logLines: string[] = [];
const logger = createLogger({ app: 'scheduler', level: 'debug', write: (line) => logLines.push(line) });
let url: string;
let database: Database;
let queues: Queues;

beforeAll(async () => {
  url = await createTestDatabase();
  await migrate(url, 'mts');
  await installQueues(url, 'mts_queue');
  database = await Database.open({ url, schema: 'mts', app: 'spec', connectionsMax: 4 });
  await verifyKek(database, { id: 'static-spec', checkValue: Buffer.from('check') });
  queues = new Queues({ url, schema: 'mts_queue', role: 'sender', onError: () => undefined });
  await queues.start();
});
beforeEach(passTime);
afterAll(async () => {
  await queues.stop(1000);
  await database.close();
});

const newRequest = () => ({
  id: randomUUID(),
  owner: 'default',
  input: 'csv',
  output: 'csv',
  sealedOptions: null,
  kekId: 'static-spec',
  wrappedInputKey: Buffer.from('i'),
  wrappedResultsKey: Buffer.from('r'),
});

/** A request whose jobs were never put on the queue. */
async function lostRequest(): Promise<string> {
  const [request, requests] = [newRequest(), new RequestStore(database)];
  const { id } = request;
  await requests.begin(request);
  const block = new CopyBlock(id);
  block.add({
    line: 1,
    state: 'submitted',
    sealedInput: Buffer.from('x'),
    sealedOutcome: null,
    errorCode: null,
    recordIndex: null,
  });
  await requests.addBlock(id, block.finish());
  await database.transaction(async (tx) => requests.submit(id, 1, tx));
  return id;
}

async function waitingJobs(queue: string): Promise<{ data: unknown; group: string | null }[]> {
  return database.query('SELECT data, group_id AS "group" FROM mts_queue.job WHERE name = $1', [queue]);
}

/** Notes how many transactions stand still while it is asked. */
class Onlooker extends OfferedRanges {
  standingStill: number | undefined;

  override async waiting(limit: number): ReturnType<OfferedRanges['waiting']> {
    const found = await database.query(
      `SELECT 1 FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND datname = current_database()`,
    );
    this.standingStill = found.length;
    return super.waiting(limit);
  }
}

/** Stands still in the first step of the first reconciliation, as one does that waits for a lock. */
class Held extends OfferedRanges {
  readonly steps: string[] = [];
  private readonly arrival = Promise.withResolvers<void>();
  private readonly leave = Promise.withResolvers<void>();

  get begun(): number {
    return this.steps.filter((step) => step === 'left').length;
  }

  get reached(): Promise<void> {
    return this.arrival.promise;
  }

  letGo(): void {
    this.leave.resolve();
  }

  override async left(limit: number): ReturnType<OfferedRanges['left']> {
    this.steps.push('left');
    this.arrival.resolve();
    await this.leave.promise;
    return super.left(limit);
  }

  override async waiting(limit: number): ReturnType<OfferedRanges['waiting']> {
    this.steps.push('waiting');
    return super.waiting(limit);
  }
}

/** The schedules are due once more. */
async function passTime(): Promise<void> {
  await database.query(`UPDATE firing SET due_at = due_at - interval '1 day'`);
}

function timetable(parts: Partial<ReconcilerParts> = {}): Timetable {
  const requests = new RequestStore(database);
  const reconciler = new Reconciler({
    ranges: new RangeStore(database),
    offered: new OfferedRanges(database),
    steering: new SteeringStore(database, requests),
    pulls: new PullStore(database, requests),
    deliveries: new DeliveryStore(database),
    queues,
    logger,
    ...parts,
  });
  return new Timetable(new FiringStore(database), reconciler, queues, logger);
}

/** By the database's clock: how far from a multiple of five minutes. */
const DUE = `
  SELECT (extract(epoch FROM due_at) % 300)::int AS "secondsPast", due_at <= now() AS "isPast" FROM firing WHERE schedule = $1`;

describe('the timetable', () => {
  it('puts a range whose job was lost on the queue again, and never twice', async () => {
    const id = await lostRequest();
    await timetable().tick('reconcile');
    await passTime();
    await timetable().tick('reconcile');
    expect(await waitingJobs('authenticate')).toEqual([
      { data: { v: 1, requestId: id, helper: 0 }, group: id },
    ]);
    expect(await waitingJobs('list')).toEqual([{ data: { v: 1, requestId: id }, group: null }]);
  });

  it('puts a pull whose job was lost on the queue again, and never twice', async () => {
    const pulls = new PullStore(database, new RequestStore(database));
    const request = newRequest();
    await database.transaction(async (tx) => pulls.begin(request, Buffer.from('s'), tx));
    await timetable().tick('reconcile');
    await passTime();
    await timetable().tick('reconcile');
    expect(await waitingJobs('pull')).toEqual([{ data: { v: 1, requestId: request.id }, group: 'default' }]);
  });

  it('puts a delivery whose job was lost on the queue again, and never twice', async () => {
    const request = newRequest();
    const requests = new RequestStore(database);
    await requests.begin(request);
    await new DeliveryStore(database).create(request.id, 'callback', Buffer.from('t'));
    await database.transaction(async (tx) => requests.submit(request.id, 0, tx));
    await timetable().tick('reconcile');
    await passTime();
    await timetable().tick('reconcile');
    expect(await waitingJobs('deliver')).toEqual([
      { data: { v: 1, requestId: request.id }, group: 'default' },
    ]);
  });

  it('holds no transaction open while it looks for what was lost, however long that takes', async () => {
    const onlooker = new Onlooker(database);
    await timetable({ offered: onlooker }).tick('reconcile');
    expect(onlooker.standingStill).toBe(0);
  });

  it('fires each due time once, however many copies tick', async () => {
    const copies = Array.from({ length: 4 }, () => timetable());
    await Promise.all(copies.map(async (copy) => copy.tick('expire')));
    expect(await waitingJobs('housekeeping')).toEqual([{ data: { v: 1, duty: 'expire' }, group: null }]);
    expect(await database.query(DUE, ['expire'])).toEqual([{ secondsPast: 0, isPast: true }]);
  });
});

it('ends a cancelled request whose seeder is gone', async () => {
  const id = await lostRequest();
  await new RangeStore(database).take(id, 0);
  await new SteeringStore(database, new RequestStore(database)).cancel(id);
  await database.query(`UPDATE range SET lease_until = now() - interval '1 second' WHERE request_id = $1`, [
    id,
  ]);
  await timetable().tick('reconcile');
  expect((await new RequestStore(database).find(id))?.state).toBe('cancelled');
  expect(logLines.splice(0)).toEqual([expect.stringContaining(id)]);
});

it('ends a request whose seeder was killed after its last outcome, though it is held', async () => {
  const id = await lostRequest();
  const ranges = new RangeStore(database);
  const lease = await ranges.take(id, 0);
  if (lease === undefined) throw new Error('the range could not be taken');
  const kept = { sealedOutcome: Buffer.from('o'), errorCode: null, tokenIndex: null };
  await ranges.saveOutcomes([{ lease, outcome: { line: 1, state: 'processed', ...kept } }]);
  await new SilenceStore(database, 'default').holdRequest(id, 'MTS-IDA-102', 'silence');
  await timetable().tick('reconcile');
  expect((await new RequestStore(database).find(id))?.state).toBe('processing');
  await database.query(`UPDATE range SET lease_until = now() - interval '1 second' WHERE request_id = $1`, [
    id,
  ]);
  await passTime();
  await timetable().tick('reconcile');
  expect((await new RequestStore(database).find(id))?.state).toBe('processed');
  expect(logLines.splice(0)).toEqual([expect.stringContaining(id)]);
});

describe('one copy', () => {
  it('makes one reconciliation at a time, however often it ticks, and another copy makes the next', async () => {
    const held = new Held(database);
    const copy = timetable({ offered: held });
    const first = copy.tick('reconcile');
    await held.reached;
    for (let ticks = 0; ticks < 4; ticks += 1) {
      await passTime();
      await copy.tick('reconcile');
    }
    expect(held.begun).toBe(1);
    const id = await lostRequest();
    await timetable().tick('reconcile');
    expect(await waitingJobs('list')).toContainEqual({ data: { v: 1, requestId: id }, group: null });
    held.letGo();
    await first;
    await passTime();
    await copy.tick('reconcile');
    expect(held.begun).toBe(2);
  });
});

describe('a scheduler', () => {
  it('waits at its stop for the reconciliation under way, which then begins no further step', async () => {
    const own = await Database.open({ url, schema: 'mts', app: 'spec', connectionsMax: 2 });
    const ownQueues = new Queues({ url, schema: 'mts_queue', role: 'sender', onError: () => undefined });
    await ownQueues.start();
    const held = new Held(own);
    const copy = timetable({ offered: held });
    const log = new OutageLog(logger, async () => own.query('SELECT 1'));
    const scheduler = new Scheduler(new SchedulerRegistry(), copy, ownQueues, own, log);
    const tick = copy.tick('reconcile');
    await held.reached;
    const ending = new Ending();
    const stopped = scheduler.stop(ending);
    expect(ending.stillOpen).toEqual(['the reconciliation']);
    held.letGo();
    await Promise.all([stopped, tick]);
    expect([ending.stillOpen, held.steps, logLines]).toEqual([[], ['left'], []]);
  });

  it('does at its start what became due while none ran, and stops cleanly', async () => {
    const config = readSchedulerConfig({ DATABASE_URL: url });
    const app = await NestFactory.createApplicationContext(SchedulerModule.forRoot(config, logger), {
      logger: false,
      abortOnError: false,
    });
    await until(async () => (await waitingJobs('housekeeping')).length === 2);
    await app.close();
    expect(logLines).toEqual([]);
  });
});
