/**
 * Back-off between probes of a hold, doubling from the first. An outage is to be followed by little more than its own
 * length of waiting; a set-up is mended by people, which takes longer.
 */
export const PROBE_DELAY_SECONDS_MIN = { record: 5, preflight: 30 } as const;
const PROBE_DELAY_SECONDS_MAX = 600;
/** The same for asking again about people who were asked before: each time they may be notified. */
const LAST_RESORT_SECONDS_MIN = 120;
const LAST_RESORT_SECONDS_MAX = 6 * 3600;
/** Far above what the longest delay takes; without it the power of two would leave the range of a number one day. */
const DOUBLINGS_MAX = 20;

const doubling = (firstSeconds: string, doublings: string, maxSeconds: number): string =>
  `make_interval(secs => least(${firstSeconds} * power(2, least(${doublings}, ${String(DOUBLINGS_MAX)})), ${String(maxSeconds)}))`;

/** SQL of how long to wait after the probe that makes `attempts` so many. @param firstSeconds SQL of a number */
export const probeDelay = (firstSeconds: string, attempts: string): string =>
  doubling(firstSeconds, attempts, PROBE_DELAY_SECONDS_MAX);

/** SQL of what is noted in a hold when one of its probes has found whom to ask. @param isLastResort SQL of a boolean */
export const noteProbed = (isLastResort: string): string => `
  last_resorts = last_resorts + (${isLastResort})::int, in_last_resort = ${isLastResort},
  next_probe_at = CASE WHEN ${isLastResort}
    THEN greatest(next_probe_at, now() + ${doubling(String(LAST_RESORT_SECONDS_MIN), 'last_resorts', LAST_RESORT_SECONDS_MAX)})
    ELSE next_probe_at END`;

/** New work is asked about at once where nobody else is left but people who were asked before. */
export const PROBE_NEW_WORK = `
  UPDATE profile_hold h SET next_probe_at = now()
    FROM request r
   WHERE r.id = $1 AND h.profile_id = r.profile_id AND h.in_last_resort AND h.next_probe_at > now()`;
