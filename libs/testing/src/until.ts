import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';

export interface UntilOptions {
  /** Default 25 s: below the limit of a test, and above what anything here takes on a busy machine. */
  readonly timeoutMs?: number;
  /** What is waited for, as the failure shall name it. By default the text of the probe. */
  readonly what?: string;
}

/** What a probe returns while it is too early. */
type NotYet = false | null | undefined;

const PROBE_EVERY_MS = 20;

/**
 * Asks the probe again and again until it returns something, and returns that. A probe that throws is asked again too.
 *
 * @throws after the timeout, with what the probe returned last, or with its error as cause.
 */
export async function until<T>(
  probe: () => T | Promise<T>,
  { timeoutMs = 25_000, what = probe.toString() }: UntilOptions = {},
): Promise<Exclude<T, NotYet>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const { value, error } = await attempt(probe);
    if (isThere(value)) return value;
    if (Date.now() > deadline) {
      const seen =
        error === undefined ? `the last look gave ${inspect(value)}` : 'the last look threw (see cause)';
      throw new Error(`Waited ${timeoutMs} ms in vain for ${what}: ${seen}`, { cause: error });
    }
    await delay(PROBE_EVERY_MS);
  }
}

async function attempt<T>(probe: () => T | Promise<T>): Promise<{ value?: T; error?: unknown }> {
  try {
    return { value: await probe() };
  } catch (error) {
    return { error };
  }
}

function isThere<T>(value: T | undefined): value is Exclude<T, NotYet> {
  return value !== undefined && value !== null && value !== false;
}
