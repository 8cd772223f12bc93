/** Longer is not waited at once; the receiver is asked then. */
const WAIT_MS_MAX = 24 * 3_600_000;

/** RFC 9110, 10.2.3: seconds, or a date. Undefined when it says neither. */
export function retryAfterMs(value: string | undefined, now: Date): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  const waitMs = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 0), WAIT_MS_MAX);
}
