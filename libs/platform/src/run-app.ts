import { setImmediate as breath } from 'node:timers/promises';

import { Ending, STOP_LIMIT_MS } from './ending.js';
import type { Logger } from './logging/logger.js';
import { describeError } from './logging/redaction.js';
import { nodeVersionFault } from './node-version.js';
import { startFailure } from './start-failure.js';
import { listenForStop } from './stop-request.js';

// Said as soon as this is loaded: an older Node.js fails at packages that the apps load after it.
const versionFault = nodeVersionFault();
if (versionFault !== undefined) {
  process.stderr.write(`${versionFault}\n`);
  process.exit(1);
}

const START_GIVEN_UP =
  'It was asked to stop while it started, and the start did not come to its end: it is given up, as after a kill.';

/** What a running app gives to the outside. */
export interface RunningApp {
  /** Where it can be reached, or its name when it listens nowhere. */
  readonly address: string;
  readonly logger: Logger;
  /** Ends it in good order; work in hand is finished or handed back. */
  stop(ending: Ending): Promise<void>;
}

/**
 * Starts an app as a process: says when it is ready, stops it when that is asked for ({@link listenForStop}), and ends with
 * a sentence on standard error when it cannot start, which the launcher is told as well. One that is asked to stop while it
 * starts comes to the end of its start first, so that it can hand back what it has begun.
 *
 * The process ends {@link STOP_LIMIT_MS} after the signal at the latest: with exit code 0 when the stop came to its end, and
 * with 1 when something was still open, which a line of the log names, or the start or the stop failed. What was not stored
 * by then is handled as after a kill.
 */
export async function runApp(start: () => Promise<RunningApp>): Promise<void> {
  const asked = listenForStop();
  // Of a signal that came while the app was loaded this process hears when it comes up for air.
  await breath();
  if (asked.aborted) process.exit(0);
  const { promise: started, resolve } = Promise.withResolvers<RunningApp>();
  asked.addEventListener('abort', () => void end(started), { once: true });
  try {
    const app = await start();
    resolve(app);
    if (!asked.aborted) process.send?.({ ready: app.address });
  } catch (error) {
    endWith(startFailure(error));
  }
}

async function end(started: Promise<RunningApp>): Promise<void> {
  const ending = new Ending();
  const hanging = setTimeout(endWith, STOP_LIMIT_MS, START_GIVEN_UP);
  const app = await started;
  clearTimeout(hanging);
  try {
    await ending.step('the app', STOP_LIMIT_MS, async () => app.stop(ending));
  } catch (error) {
    process.stderr.write(`Stopping failed: ${JSON.stringify(describeError(error))}\n`);
    process.exit(1);
  }
  const { stillOpen } = ending;
  if (stillOpen.length === 0) process.exit(0);
  app.logger.error('the stop took too long and is given up; what was still open is left as after a kill', {
    stillOpen: stillOpen.join(', '),
  });
  process.exit(1);
}

/** After the launcher has been told: a message that is under way when its process ends gets lost. */
function endWith(failed: string): void {
  process.stderr.write(`${failed}\n`);
  if (process.send === undefined) process.exit(1);
  process.send({ failed }, undefined, undefined, () => process.exit(1));
}
