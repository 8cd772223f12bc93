import { setTimeout as delay } from 'node:timers/promises';

import type { ApiClient, RequestStatus } from './api-client.js';
import { LaunchError } from './launch-error.js';
import type { Progress } from './progress.js';

const LOOK_EVERY_MS = 200;
/** Longer than any back-off of the seeder, so that only what really hangs is given up. */
const STALL_TIMEOUT_MS = 300_000;

/**
 * Hands a list in, shows how far it is, and writes the results to a file. An outage is waited out.
 *
 * @throws LaunchError if nothing moves any more; what the API said, if it does not even tell how far it is.
 */
export async function seedList(
  api: ApiClient,
  list: string,
  file: string,
  progress: Progress,
): Promise<void> {
  const id = await api.submitCsv(list);
  let settled = -1;
  let movedAt = Date.now();
  for (;;) {
    const status = await statusOrError(api, id);
    const hasStalled = Date.now() - movedAt > STALL_TIMEOUT_MS;
    if (status instanceof Error) {
      if (hasStalled) throw status;
    } else {
      const now = countSettled(status);
      progress.show(now, status.total);
      if (isFinished(status)) break;
      if (now === settled && hasStalled) {
        throw new LaunchError(
          `The sample list stands still at ${settled} of ${status.total}; the logs may tell why.`,
        );
      }
      if (now !== settled) movedAt = Date.now();
      settled = now;
    }
    await delay(LOOK_EVERY_MS);
  }
  progress.end();
  await api.download(id, file);
}

async function statusOrError(api: ApiClient, id: string): Promise<RequestStatus | Error> {
  try {
    return await api.status(id);
  } catch (error) {
    return error instanceof Error ? error : new Error('The API did not answer', { cause: error });
  }
}

function countSettled({ done, failed, invalid }: RequestStatus): number {
  return done + failed + invalid;
}

function isFinished({ status }: RequestStatus): boolean {
  return status.startsWith('processed') || status === 'submitted_with_errors';
}
