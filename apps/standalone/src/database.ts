import { REQUEST_STATES } from '@mts/domain';
import { databaseRefusal } from '@mts/platform';
import { installQueues } from '@mts/queue';
import { Database, migrate, OverviewStore } from '@mts/store';

import { LaunchError } from './launch-error.js';

/** How a database that cannot be used is told to its operator. */
export interface KnownAs {
  readonly name: string;
  /** Sentences that follow the reason. */
  readonly advice: readonly string[];
}

const GIVEN: KnownAs = { name: 'The database of DATABASE_URL', advice: [] };

export interface Schemas {
  readonly databaseSchema: string;
  readonly queueSchema: string;
}

/**
 * Makes our tables and the queues, or brings them up to date.
 *
 * @returns the names of the migrations that were applied.
 * @throws LaunchError if the database does not let us in.
 */
export async function bringUpToDate(url: string, schemas: Schemas): Promise<readonly string[]> {
  return inSentences(async () => {
    const applied = await migrate(url, schemas.databaseSchema);
    await installQueues(url, schemas.queueSchema);
    return applied;
  });
}

/**
 * Whether nothing was ever handed in: of what is erased a row stays.
 *
 * @throws LaunchError if the database does not let us in.
 */
export async function isUnused(url: string, schema: string): Promise<boolean> {
  const database = await openDatabase(url, schema, 'mts-launcher');
  try {
    const page = await new OverviewStore(database).list({ states: REQUEST_STATES }, undefined, 1);
    return page.requests.length === 0;
  } finally {
    await database.close();
  }
}

/**
 * @param app is shown in pg_stat_activity
 * @throws SchemaError; LaunchError if the database does not let us in.
 */
export async function openDatabase(
  url: string,
  schema: string,
  app: string,
  known = GIVEN,
): Promise<Database> {
  return inSentences(async () => Database.open({ url, schema, app, connectionsMax: 2 }), known);
}

/** What the database has against us, as its operator can use it; undefined for any other fault. */
export function refused(error: unknown, { name, advice }: KnownAs = GIVEN): LaunchError | undefined {
  const sentence = databaseRefusal(error, name);
  return sentence === undefined
    ? undefined
    : new LaunchError([sentence, ...advice].join(' '), { cause: error });
}

async function inSentences<T>(work: () => Promise<T>, known = GIVEN): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw refused(error, known) ?? systemFault(error, known) ?? error;
  }
}

/** Such as a file that DATABASE_URL names and that is not there. */
function systemFault(error: unknown, { name }: KnownAs): LaunchError | undefined {
  return error instanceof Error && 'syscall' in error
    ? new LaunchError(`${name} cannot be used: ${error.message}.`, { cause: error })
    : undefined;
}
