import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type AppExit, until } from '@mts/testing';

import { Gateway } from '../gateway.js';
import { SimulatorAdmin } from '../simulator-admin.js';
import { idaSettings, runBuiltScript } from '../system.js';
import { FaultPostgres } from './fault-postgres.js';
import { FaultProcess } from './fault-process.js';
import { type PeopleList, Population } from './people-list.js';

export interface FaultSystemOptions {
  /** People on the list. */
  readonly records: number;
  /** Default 1. */
  readonly seeders?: number;
  /** Default 1. */
  readonly schedulers?: number;
  /** For gateway, seeders and schedulers. */
  readonly env?: Readonly<Record<string, string>>;
  /** Of the list, by the flag of `npm run people`; default: every tenth under a one-time VID. */
  readonly shares?: Readonly<Record<string, number>>;
  /** Where Postgres keeps its data; its user must be able to go there. Default: in the system's own directory. */
  readonly postgresDataDir?: string;
}

/** A list that was handed in. */
export interface HandedIn {
  readonly id: string;
  readonly list: PeopleList;
}

const SHARES = { 'one-time-vids': 0.1 };
const SEED = 5;
const LAST_LINES = 8;

/** Gateway, seeders, schedulers, simulator and a PostgreSQL, each to be killed, frozen and started by itself. */
export class FaultSystem {
  private static readonly live = new Set<FaultSystem>();
  private readonly processes: FaultProcess[] = [];
  private readonly starts: Promise<unknown>[] = [];
  private isStopped = false;
  /** What a fault is doing to it, for whoever waits. */
  phase = 'starting';

  private constructor(
    private readonly directory: string,
    private readonly population: Population,
    readonly postgres: FaultPostgres,
    readonly ida: SimulatorAdmin,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /** Starts a system, lets it be used, and ends all of it. */
  static async use<T>(options: FaultSystemOptions, action: (system: FaultSystem) => Promise<T>): Promise<T> {
    const system = await FaultSystem.start(options);
    try {
      return await action(system);
    } catch (error) {
      throw new Error(`${String(error)}\nThe last lines of each process:\n${system.lastLines()}`, {
        cause: error,
      });
    } finally {
      await system.stop();
    }
  }

  /** How far the systems are that run now, in one line. */
  static async progress(): Promise<string> {
    const texts = await Promise.all([...FaultSystem.live].map(async (system) => system.progressText()));
    return texts.length === 0 ? 'starting' : texts.join(' | ');
  }

  /** Ends what runs, for somebody who does not want to wait for the end. */
  static async stopAll(): Promise<void> {
    await Promise.all([...FaultSystem.live].map(async (system) => system.stop()));
  }

  private static async start(options: FaultSystemOptions): Promise<FaultSystem> {
    const { records, seeders = 1, schedulers = 1, shares = SHARES } = options;
    const directory = await mkdtemp(join(tmpdir(), 'mts-fault-'));
    // PostgreSQL does not run as root; its user must be let through.
    await chmod(directory, 0o711);
    const [population, postgres] = await Promise.all([
      Population.generate(records, SEED, shares),
      FaultPostgres.start(options.postgresDataDir ?? join(directory, 'postgres', 'data')),
    ]);
    const [simulator] = await Promise.all([
      startSimulator(directory, population),
      runBuiltScript('standalone', 'migrate', [], { DATABASE_URL: postgres.url }),
    ]);
    const system = new FaultSystem(directory, population, postgres, new SimulatorAdmin(simulator.ready), {
      DATABASE_URL: postgres.url,
      MTS_KEK_FILE: join(directory, 'keys', 'kek'),
      MTS_GATEWAY_PORT: '0',
      ...(await idaSettings(join(directory, 'ida'), simulator.ready)),
      ...options.env,
    });
    system.processes.push(simulator);
    FaultSystem.live.add(system);
    const apps = ['gateway', ...times(schedulers, 'scheduler'), ...times(seeders, 'seeder')];
    try {
      await Promise.all(apps.map(async (app) => system.startApp(app)));
    } catch (error) {
      await system.stop();
      throw error;
    }
    return system;
  }

  /** Everybody that the simulator knows. */
  get people(): PeopleList {
    return this.population.list;
  }

  /** The API of the gateway that runs now. */
  get gateway(): Gateway {
    const [gateway] = this.running('gateway');
    if (gateway === undefined) throw new Error('no gateway runs');
    return new Gateway(gateway.ready);
  }

  /** Starts one more process of an app. @param env instead of what all have */
  async startApp(app: string, env: Readonly<Record<string, string>> = {}): Promise<FaultProcess> {
    if (this.isStopped) throw new Error(`${app} is not started: the system is being ended`);
    const start = FaultProcess.start(app, { ...this.env, ...env });
    this.starts.push(start);
    const started = await start;
    this.processes.push(started);
    return started;
  }

  /** The processes of an app that have not ended, oldest first; of all apps unless one is named. */
  running(app?: string): readonly FaultProcess[] {
    return this.processes.filter((one) => one.isRunning && (app === undefined || one.app === app));
  }

  /** All that ever ran, the ended ones too. */
  allProcesses(): readonly FaultProcess[] {
    return this.processes;
  }

  async submit(list: PeopleList = this.people): Promise<HandedIn> {
    this.phase = 'working on a list';
    return { id: await this.gateway.submitCsv(list.csv), list };
  }

  /** Records of all requests that have an outcome. */
  async settled(): Promise<number> {
    return this.count('SELECT coalesce(sum(done + failed + invalid), 0) AS count FROM mts.range');
  }

  /** Records of all requests. */
  private async handedIn(): Promise<number> {
    return this.count('SELECT coalesce(sum(total), 0) AS count FROM mts.range');
  }

  /**
   * Records that were or may have been sent and have no outcome: after a kill, what may be asked twice. More than were
   * in flight, because sending is noted in blocks.
   */
  async sentNotStored(): Promise<number> {
    return this.count(
      `SELECT count(*) FROM mts.record r JOIN mts.range g ON g.request_id = r.request_id AND r.line BETWEEN g.from_line AND g.to_line
        WHERE r.twin_of_line IS NULL
          AND (r.state IN ('sent', 'unknown')
               OR (r.state = 'submitted' AND NOT r.withdrawn AND r.line <= g.sent_through_line))`,
    );
  }

  /** Waits until so many records have an outcome. */
  async untilSettled(records: number, timeoutMs = 120_000): Promise<void> {
    await until(async () => (await this.settled()) >= records, {
      timeoutMs,
      what: `${String(records)} outcomes`,
    });
  }

  /**
   * How long after now the next outcome is stored: to be called when a fault has ended.
   * @returns undefined if nothing is left to do
   */
  async secondsToNextOutcome(timeoutMs = 120_000): Promise<number | undefined> {
    const startedAtMs = performance.now();
    const before = await until(async () => ({ count: await this.settled() }), { timeoutMs });
    const total = await this.handedIn();
    if (before.count >= total) return undefined;
    await this.untilSettled(before.count + 1, timeoutMs);
    return (performance.now() - startedAtMs) / 1000;
  }

  /** Ends the apps in good order. The simulator and PostgreSQL stay. */
  async stopApps(): Promise<readonly { readonly app: string; readonly exit: AppExit }[]> {
    const apps = this.running().filter(({ app }) => app !== 'ida-simulator');
    return Promise.all(apps.map(async (one) => ({ app: one.app, exit: await one.stop() })));
  }

  /** Shows every row of every table of the queue, as text. */
  async eachQueueRow(show: (text: string) => void): Promise<void> {
    const tables = await this.postgres.query<{ name: string }>(
      `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'mts_queue' AND c.relkind = 'r'`,
    );
    for (const { name } of tables) {
      await this.postgres.eachText(`SELECT t::text FROM ${name} t`, show);
    }
  }

  /** What every process has printed, PostgreSQL's too. */
  async output(): Promise<string> {
    return [...this.processes.map((one) => one.output()), await this.postgres.output()].join('\n');
  }

  /** Ends everything at once, and leaves nothing behind. */
  async stop(): Promise<void> {
    if (!FaultSystem.live.delete(this)) return;
    this.isStopped = true;
    await Promise.allSettled(this.starts);
    await Promise.all(this.running().map(async (one) => one.kill()));
    await this.postgres.stop();
    await this.population.remove();
    await rm(this.directory, { recursive: true, force: true });
  }

  private async progressText(): Promise<string> {
    const counts = async (): Promise<string> =>
      `${String(await this.settled())} of ${String(await this.handedIn())} records have their outcome`;
    // It may be what is broken just now.
    return `${this.phase}: ${await counts().catch(() => 'the database does not answer')}`;
  }

  private lastLines(): string {
    return this.processes
      .map((one) => [one.app, ...one.output().trimEnd().split('\n').slice(-LAST_LINES)].join('\n  '))
      .join('\n');
  }

  private async count(sql: string): Promise<number> {
    const [row] = await this.postgres.query<{ count: string }>(sql);
    return Number(row?.count);
  }
}

async function startSimulator(directory: string, { folder }: Population): Promise<FaultProcess> {
  return FaultProcess.start('ida-simulator', {
    IDA_SIMULATOR_DIR: join(directory, 'ida'),
    IDA_SIMULATOR_POPULATION: join(folder, 'population.ndjson'),
    IDA_SIMULATOR_PORT: '0',
  });
}

function times(count: number, app: string): string[] {
  return Array.from({ length: count }, () => app);
}
