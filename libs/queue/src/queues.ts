import { QUEUE_NAMES, type QueueMessages, type QueueName } from '@mts/domain';
import { databaseTrouble, WatchedClient } from '@mts/postgres';
import { type ConstructorOptions, PgBoss } from 'pg-boss';

import { QUEUE_DEFINITIONS } from './definitions.js';

export interface QueuesOptions {
  /** A PostgreSQL URL. */
  readonly url: string;
  readonly schema: string;
  /** A sender only hands jobs in; a worker also listens for them and keeps the queue tables tidy. */
  readonly role: 'sender' | 'worker';
  /** How often a worker looks whether the queue tables are to be tidied; 60 unless said. */
  readonly looksAfterSeconds?: number;
  /**
   * Told of what goes wrong in the background (a lost connection, a handler that threw); while the database is away, by every
   * place of every queue twice a second. Must not throw.
   */
  readonly onError: (error: Error) => void;
}

/** The queues are not those of the version that this program was built for. */
export class QueueError extends Error {
  override readonly name = 'QueueError';

  constructor(schema: string, options?: ErrorOptions) {
    super(
      `The queues in schema ${schema} are not there yet or of another version: run the migrate command (npm run migrate) of this version first`,
      options,
    );
  }
}

/** One job to hand in. */
export interface Posting<N extends QueueName> {
  readonly message: QueueMessages[N];
  /** At most one job of this key waits at a time; a second one is not an error, it is not added. */
  readonly key: string;
  /** Jobs of one group share a limit, see {@link WorkOptions.groupSlots}. */
  readonly group?: string;
}

export interface WorkOptions {
  /** Jobs worked on at the same time by this process. */
  readonly slots: number;
  /** Of these, the most that one group may take, so that a newcomer finds a free place. */
  readonly groupSlots?: number;
  /** Jobs that one place fetches together and hands over one after another; 1 unless said. */
  readonly fetchedTogether?: number;
}

/** What a transaction of the store lends us, so that a job and its rows are committed together. */
export interface TransactionDb {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

/**
 * New jobs are notified, and a place that had a job fetches its next one at once; polling is for what a notification
 * missed. It costs a millisecond or two of processor time, in each place of each queue.
 */
const POLL_SECONDS = 2;
/** While the connection that notifications come by is down. */
const POLL_UNNOTIFIED_SECONDS = 0.5;
const JOBS_PER_INSERT = 1000;
/** Finished jobs are deleted this often, by one worker of all; pg-boss itself would do it once a day. */
const TIDIED_EVERY_SECONDS = 300;

/** The typed queues. The only place that knows pg-boss. */
export class Queues {
  private readonly boss: PgBoss;
  private readonly schema: string;
  private readonly onError: (error: Error) => void;
  private readonly handling = new Set<Promise<void>>();

  constructor(options: QueuesOptions) {
    const works = options.role === 'worker';
    this.schema = options.schema;
    this.onError = options.onError;
    this.boss = new PgBoss({
      ...connectionTo(options.url),
      schema: options.schema,
      application_name: 'mts-queue',
      max: works ? 8 : 4,
      // Tables are made by the migrate command alone.
      migrate: false,
      supervise: works,
      superviseIntervalSeconds: options.looksAfterSeconds ?? 60,
      maintenanceIntervalSeconds: TIDIED_EVERY_SECONDS,
      schedule: false,
      useListenNotify: works,
    });
    this.boss.on('error', (error) => this.onError(asError(error)));
  }

  /** @throws QueueError when the queues are absent or of another version. */
  async start(): Promise<void> {
    try {
      await this.boss.start();
    } catch (error) {
      // What the database says has a code; what has none, and is no loss of the connection, is pg-boss' own finding
      // about its tables.
      if (codeOf(error) !== undefined || databaseTrouble(error) !== undefined) throw error;
      throw new QueueError(this.schema, { cause: error });
    }
    const there = new Set((await this.boss.getQueues()).map(({ name }) => name));
    if (QUEUE_NAMES.every((name) => there.has(name))) return;
    await this.boss.stop({ graceful: false });
    throw new QueueError(this.schema);
  }

  /** @throws when the queue cannot be reached, or its tables are not there. */
  async check(): Promise<void> {
    if ((await this.boss.schemaVersion()) === null) throw new Error('The queue tables are not there');
  }

  /** Lets running handlers finish for `graceMs`, then ends; what is left keeps its rows and is taken up again. */
  async stop(graceMs: number): Promise<void> {
    await this.boss.stop({ graceful: true, timeout: graceMs });
  }

  /** Hands jobs in, in the caller's transaction when `db` is given. Keys that already wait are left as they are. */
  async post<N extends QueueName>(
    name: N,
    postings: readonly Posting<N>[],
    db?: TransactionDb,
  ): Promise<void> {
    for (let start = 0; start < postings.length; start += JOBS_PER_INSERT) {
      const jobs = postings.slice(start, start + JOBS_PER_INSERT).map((posting) => ({
        data: posting.message,
        singletonKey: posting.key,
        ...(posting.group === undefined ? {} : { group: { id: posting.group } }),
      }));
      await this.boss.insert(name, jobs, db === undefined ? {} : { db });
    }
  }

  /**
   * Works on a queue in `slots` places. A handler that throws is told to `onError`, and its job ends all the same:
   * pg-boss would keep the error's text in its table, and the work itself is not lost (see {@link QUEUE_DEFINITIONS}).
   */
  async work<N extends QueueName>(
    name: N,
    options: WorkOptions,
    handler: (message: QueueMessages[N]) => Promise<void>,
  ): Promise<void> {
    await this.boss.work<QueueMessages[N]>(
      name,
      {
        batchSize: options.fetchedTogether ?? 1,
        // As long as fetches come back full there may be more.
        burstWhenBatchFull: true,
        localConcurrency: options.slots,
        pollingIntervalSeconds: POLL_UNNOTIFIED_SECONDS,
        notifyPollingIntervalSeconds: POLL_SECONDS,
        ...(options.groupSlots === undefined ? {} : { localGroupConcurrency: options.groupSlots }),
      },
      async (jobs) => {
        for (const job of jobs) await this.handle(job.data, handler);
        this.wake(name);
      },
    );
  }

  /** Fetches no more of a queue; what is under way ends by itself, and {@link work} may begin again. */
  async leave(name: QueueName): Promise<void> {
    await this.boss.offWork(name, { wait: false });
  }

  /** The same with all queues, before {@link stop}, for work that goes on beside them. */
  async leaveAll(): Promise<void> {
    for (const name of QUEUE_NAMES) await this.leave(name);
  }

  /** Resolves when no handler is at work any more. To be called once all queues were left. */
  async settled(): Promise<void> {
    while (this.handling.size > 0) await Promise.all(this.handling);
  }

  private async handle<M>(message: M, handler: (message: M) => Promise<void>): Promise<void> {
    const handled = this.carryOut(message, handler);
    this.handling.add(handled);
    await handled;
    this.handling.delete(handled);
  }

  private async carryOut<M>(message: M, handler: (message: M) => Promise<void>): Promise<void> {
    try {
      await handler(message);
    } catch (error) {
      this.onError(error instanceof Error ? error : new Error('a handler threw something that is no error'));
    }
  }

  /** There may be more: by itself a place would wait until its poll is due, however soon its job has ended. */
  private wake(name: QueueName): void {
    for (const place of this.boss.getWipData()) if (place.name === name) this.boss.notifyWorker(place.id);
  }
}

/** pg-boss hands to pg whatever it does not know itself, such as the class of the connections of its pool. */
function connectionTo(url: string): ConstructorOptions {
  return { connectionString: url, Client: WatchedClient } as ConstructorOptions;
}

/** https://www.postgresql.org/docs/18/errcodes-appendix.html: invalid_schema_name. */
const NO_SUCH_SCHEMA = '3F000';

/** Makes or upgrades the queue tables and the queues; safe to call from several processes at once. */
export async function installQueues(url: string, schema: string): Promise<void> {
  try {
    // To make a schema wants a right that the owner of one which is there may lack.
    await install({ connectionString: url, schema, createSchema: false });
  } catch (error) {
    if (codeOf(error) !== NO_SUCH_SCHEMA) throw error;
    await install({ connectionString: url, schema, createSchema: true });
  }
}

async function install(place: ConstructorOptions): Promise<void> {
  const faults: Error[] = [];
  const boss = new PgBoss({ ...place, application_name: 'mts-migrate', supervise: false, schedule: false });
  boss.on('error', (error) => faults.push(error));
  await boss.start();
  try {
    for (const name of QUEUE_NAMES) {
      const { policy, ...settings } = QUEUE_DEFINITIONS[name];
      await boss.createQueue(name, { policy, ...settings });
      // One that is there already is left as it is by that.
      await boss.updateQueue(name, settings);
    }
  } finally {
    await boss.stop({ graceful: false });
  }
  if (faults[0]) throw faults[0];
}

/** Of what goes wrong in a place of a queue, pg-boss tells a copy that is no Error any more (manager.js of 12.35.0). */
function asError(told: object): Error {
  return told instanceof Error ? told : Object.assign(new Error(), told);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
