import { installQueues } from '@mts/queue';
import { migrate } from '@mts/store';

import { LaunchError } from './launch-error.js';

export interface Schemas {
  readonly databaseSchema: string;
  readonly queueSchema: string;
}

/** How Node.js and PostgreSQL (class 28, appendix A of its manual) call it when a database does not let us in. */
const UNREACHABLE = /^(?:E[A-Z]+|28...|3D000)$/;

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
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined || !UNREACHABLE.test(code)) throw error;
    throw new LaunchError(`The database of DATABASE_URL cannot be used: ${message || code}.`, {
      cause: error,
    });
  }
}
