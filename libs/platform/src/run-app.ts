import { Ending, STOP_LIMIT_MS } from './ending.js';
import type { Logger } from './logging/logger.js';
import { describeError } from './logging/redaction.js';
import { nodeVersionFault } from './node-version.js';
import { startFailure } from './start-failure.js';

// Said as soon as this is loaded: an older Node.js fails at packages that the apps load after it.
const versionFault = nodeVersionFault();
if (versionFault !== undefined) {
  process.stderr.write(`${versionFault}\n`);
  process.exit(1);
}

/** What a running app gives to the outside. */
export interface RunningApp {
  /** Where it can be reached, or its name when it listens nowhere. */
  readonly address: string;
  readonly logger: Logger;
  /** Ends it in good order; work in hand is finished or handed back. */
  stop(ending: Ending): Promise<void>;
}

/**
 * Starts an app as a process: says when it is ready, stops it on SIGTERM, SIGINT, or when the launcher that forked it
 * is gone, and ends with a sentence on standard error when it cannot start, which the launcher is told as well.
 *
 * The process ends {@link STOP_LIMIT_MS} after the signal at the latest: with exit code 0 when the stop came to its end, and
 * with 1 when something was still open, which a line of the log names, or the stop failed. What was not stored by then is
 * handled as after a kill.
 */
export async function runApp(start: () => Promise<RunningApp>): Promise<void> {
  let app: RunningApp;
  try {
    app = await start();
  } catch (error) {
    endWith(startFailure(error));
    return;
  }
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    void end(app);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
  process.once('disconnect', stop);
  process.send?.({ ready: app.address });
}

async function end(app: RunningApp): Promise<void> {
  const ending = new Ending();
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
