import { WatchedClient } from '@mts/postgres';
import { DataSource, type EntityManager } from 'typeorm';

import { Initial1763769600000 } from './migrations/0001-initial.js';
import { KeepsInput1763800000000 } from './migrations/0002-keeps-input.js';
import { WholeContract1763820000000 } from './migrations/0003-whole-contract.js';
import { Engine1763840000000 } from './migrations/0004-engine.js';
import { WrappedKeys1763850000000 } from './migrations/0005-wrapped-keys.js';
import { Silence1763860000000 } from './migrations/0006-silence.js';
import { SaveOutcomes1763870000000 } from './migrations/0007-save-outcomes.js';
import { SecondOpinion1763880000000 } from './migrations/0008-second-opinion.js';
import { ProbeTurns1763890000000 } from './migrations/0009-probe-turns.js';
import { SeedersShown1763900000000 } from './migrations/0010-seeders-shown.js';
import { ProbesInTurn1764000000000 } from './migrations/0011-probes-in-turn.js';
import { ListsOfSeeders1764010000000 } from './migrations/0012-lists-of-seeders.js';
import { OutcomesByEpoch1764020000000 } from './migrations/0013-outcomes-by-epoch.js';
import { TwinsInOrder1764030000000 } from './migrations/0014-twins-in-order.js';
import { Kek } from './entities/kek.entity.js';
import { Request } from './entities/request.entity.js';

const MIGRATIONS = [
  Initial1763769600000,
  KeepsInput1763800000000,
  WholeContract1763820000000,
  Engine1763840000000,
  WrappedKeys1763850000000,
  Silence1763860000000,
  SaveOutcomes1763870000000,
  SecondOpinion1763880000000,
  ProbeTurns1763890000000,
  SeedersShown1763900000000,
  ProbesInTurn1764000000000,
  ListsOfSeeders1764010000000,
  OutcomesByEpoch1764020000000,
  TwinsInOrder1764030000000,
];
/** A statement waits for a connection so long, whether all are in use or none can be had. */
const CONNECTION_TIMEOUT_MS = 10_000;
/** A caller who waits for an answer is told soon that others are at work on the same request, and can call again. */
export const CALLER_LOCK_WAIT_MS = 2_000;
/** Any number that no other program of this database takes: "MTS" in ASCII. */
const MIGRATION_LOCK = 0x4d5453;

export interface DatabaseOptions {
  /** A PostgreSQL URL. */
  readonly url: string;
  readonly schema: string;
  /** Shown in pg_stat_activity. */
  readonly app: string;
  readonly connectionsMax: number;
}

/** The tables are not of the version that this program was built for. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
}

/** Statements that are committed together. Also what the queue needs to add its jobs to them. */
export class Transaction {
  constructor(readonly manager: EntityManager) {}

  async query<R>(sql: string, parameters: unknown[] = []): Promise<R[]> {
    return structuredQuery<R>(this.manager, sql, parameters);
  }

  /** From here on its statements give up after waiting so long for the lock of another transaction, see `DatabaseTrouble`. */
  async waitAtMost(lockWaitMs: number): Promise<void> {
    await this.query(`SELECT set_config('lock_timeout', $1, true)`, [String(lockWaitMs)]);
  }

  async executeSql(text: string, values: unknown[] = []): Promise<{ rows: unknown[] }> {
    return { rows: await this.query(text, values) };
  }
}

/** The connection to our tables. The only place that knows TypeORM. */
export class Database {
  private constructor(
    readonly source: DataSource,
    readonly schema: string,
  ) {}

  /** @throws SchemaError when the tables are absent or of another version. */
  static async open(options: DatabaseOptions): Promise<Database> {
    const source = await dataSource(options).initialize();
    const database = new Database(source, options.schema);
    try {
      await database.checkVersion();
    } catch (error) {
      await source.destroy();
      throw error;
    }
    return database;
  }

  /**
   * The database's clock. Whatever several processes note and compare goes by it, for the clock of one of them may be
   * wrong.
   */
  async now(): Promise<Date> {
    const [row] = await this.query<{ now: Date }>('SELECT now() AS now');
    if (row === undefined) throw new Error('a statement that always has a row had none');
    return row.now;
  }

  async close(): Promise<void> {
    await this.source.destroy();
  }

  async query<R>(sql: string, parameters: unknown[] = []): Promise<R[]> {
    return structuredQuery<R>(this.source.manager, sql, parameters);
  }

  /**
   * @param work waits for nothing but this transaction: one that nothing is asked of for 5 s is ended by PostgreSQL, because
   *   its process may stand still, and others wait for its locks
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.source.transaction(async (manager) => work(new Transaction(manager)));
  }

  private async checkVersion(): Promise<void> {
    const [table] = await this.query<{ found: string | null }>('SELECT to_regclass($1) AS found', [
      `"${this.schema}".migration`,
    ]);
    const applied = table?.found
      ? await this.query<{ name: string }>('SELECT name FROM migration ORDER BY id')
      : [];
    const [have, want] = [
      applied.map((row) => row.name).join(),
      MIGRATIONS.map((migration) => migration.name).join(),
    ];
    if (have !== want) {
      const how = have === '' ? 'are not there yet' : 'are of another version';
      throw new SchemaError(
        `The tables in schema ${this.schema} ${how}: run the migrate command (npm run migrate) of this version first`,
      );
    }
  }
}

/**
 * Makes the schema and brings its tables up to date; safe to call from several processes at once.
 * @returns the names of the migrations that were applied.
 */
export async function migrate(url: string, schema: string): Promise<readonly string[]> {
  const source = await dataSource(
    { url, schema, app: 'mts-migrate', connectionsMax: 2 },
    WAITS_WITHOUT_END,
  ).initialize();
  const runner = source.createQueryRunner();
  try {
    await runner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    // IF NOT EXISTS wants the right to make schemas also where there is nothing to make; one's owner may lack it.
    const [there] = (await runner.query('SELECT to_regnamespace($1) AS found', [`"${schema}"`])) as {
      found: string | null;
    }[];
    if (!there?.found) await runner.query(`CREATE SCHEMA "${schema}"`);
    const applied = await source.runMigrations({ transaction: 'all' });
    return applied.map((migration) => migration.name);
  } finally {
    // Ends the session, and with it the lock.
    await runner.release();
    await source.destroy();
  }
}

/** Another process may be at the same migrations, and whoever uses the tables may need long. */
const WAITS_WITHOUT_END = { lock_timeout: 0 } as const;

function dataSource(options: DatabaseOptions, waits: Partial<typeof WAITS_WITHOUT_END> = {}): DataSource {
  return new DataSource({
    type: 'postgres',
    url: options.url,
    schema: options.schema,
    entities: [Kek, Request],
    migrations: MIGRATIONS,
    migrationsTableName: 'migration',
    synchronize: false,
    // Parameters of a failed statement can be personal data before they are sealed: nothing is logged here.
    logging: false,
    applicationName: options.app,
    connectTimeoutMS: CONNECTION_TIMEOUT_MS,
    extra: {
      // Unqualified names in migrations and in our own SQL mean our schema.
      options: `-c search_path=${options.schema}`,
      max: options.connectionsMax,
      Client: WatchedClient,
      ...waits,
    },
  });
}

/** Rows alone, for every kind of statement; TypeORM's plain result of an UPDATE is [rows, count]. */
async function structuredQuery<R>(manager: EntityManager, sql: string, parameters: unknown[]): Promise<R[]> {
  const runner = manager.queryRunner ?? manager.connection.createQueryRunner();
  try {
    const result = await runner.query(sql, parameters, true);
    return result.records as R[];
  } finally {
    if (manager.queryRunner === undefined) await runner.release();
  }
}
