const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

/** After the first fault, the second, …; then always the last. */
const DELAYS_MS = [
  5 * SECOND_MS,
  30 * SECOND_MS,
  2 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  60 * MINUTE_MS,
] as const;
/** So that deliveries that failed together do not come back together. */
const JITTER = 0.2;

/** How long a receiver is left alone. @param attempts in vain, from 1 @param random from 0 to below 1 */
export function backOffMs(attempts: number, random: number): number {
  const delayMs = DELAYS_MS[Math.min(attempts, DELAYS_MS.length) - 1] ?? DELAYS_MS[0];
  return Math.round(delayMs * (1 + JITTER * (2 * random - 1)));
}
