import { setTimeout as delay } from 'node:timers/promises';

import type { ApiClient, RequestStatus } from './api-client.js';
import { LaunchError } from './launch-error.js';
import type { Progress } from './progress.js';

const LOOK_EVERY_MS = 200;
/** Longer than any back-off of the seeder, so that only what really hangs is given up. */
const STALL_TIMEOUT_MS = 300_000;

/**
 * Hands a list in, shows how far it is, and writes the results to a file.
 *
 * @throws LaunchError if nothing moves any more.
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
    const status = await api.status(id);
    const now = countSettled(status);
    if (now !== settled) movedAt = Date.now();
    settled = now;
    progress.show(settled, status.total);
    if (isFinished(status)) break;
    if (Date.now() - movedAt > STALL_TIMEOUT_MS) {
      throw new LaunchError(
        `The sample list stands still at ${settled} of ${status.total}; the logs may tell why.`,
      );
    }
    await delay(LOOK_EVERY_MS);
  }
  progress.end();
  await api.download(id, file);
}

function countSettled({ done, failed, invalid }: RequestStatus): number {
  return done + failed + invalid;
}

function isFinished({ status }: RequestStatus): boolean {
  return status.startsWith('processed') || status === 'submitted_with_errors';
}
