import { setTimeout as wait } from 'node:timers/promises';

import { passesByItself } from '@mts/store';

/** Between two tries, doubling: the first is soon, for a connection that broke; the last for a database that starts. */
const DELAY_MS_MIN = 100;
const DELAY_MS_MAX = 2_000;

/**
 * Makes a statement until it is through: while the database is away, or has no room, it is made again. For what IDA has
 * said, which would else be asked for once more; a lease that was lost meanwhile ends it, and so does the closing of the
 * database when the process ends. The statement must be one that does no harm when it was carried out and nobody was told.
 *
 * @throws what does not pass by itself
 */
export async function persist<T>(statement: () => Promise<T>): Promise<T> {
  for (let delayMs = DELAY_MS_MIN; ; delayMs = Math.min(delayMs * 2, DELAY_MS_MAX)) {
    try {
      return await statement();
    } catch (error) {
      if (!passesByItself(error)) throw error;
    }
    await wait(delayMs);
  }
}

/** The same for what is only of use while the work goes on. @returns undefined once the signal is aborted */
export async function persistWhile<T>(
  signal: AbortSignal,
  statement: () => Promise<T>,
): Promise<T | undefined> {
  const { promise: stopped, resolve: stop } = Promise.withResolvers<undefined>();
  const onAbort = (): void => stop(undefined);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  try {
    // Once it is aborted nobody waits for the statement, and it is not made again.
    const made = persist(async () => (signal.aborted ? undefined : statement()));
    return await Promise.race([stopped, made]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
