import { databaseRefusal } from '@mts/platform';
import { installQueues } from '@mts/queue';
import { migrate } from '@mts/store';

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
  try {
    const applied = await migrate(url, schemas.databaseSchema);
    await installQueues(url, schemas.queueSchema);
    return applied;
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
