import { REQUEST_STATES } from '@mts/domain';
import { databaseRefusal } from '@mts/platform';
import { installQueues } from '@mts/queue';
import { Database, migrate, OverviewStore } from '@mts/store';

import { LaunchError } from './launch-error.js';

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
export async function openDatabase(url: string, schema: string, app: string): Promise<Database> {
  return inSentences(async () => Database.open({ url, schema, app, connectionsMax: 2 }));
}

/** What the database has against us, as its operator can use it. */
async function inSentences<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const sentence = databaseRefusal(error) ?? systemFault(error);
    if (sentence === undefined) throw error;
    throw new LaunchError(sentence, { cause: error });
  }
}

/** Such as a file that DATABASE_URL names and that is not there. */
function systemFault(error: unknown): string | undefined {
  return error instanceof Error && 'syscall' in error
    ? `The database of DATABASE_URL cannot be used: ${error.message}.`
    : undefined;
}
