import { SEEDER_LIVES } from './holds.js';

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

/**
 * Of several seeders each makes a probe in turn, for what fails at one may be its own fault: it takes one of each to double
 * the delay, or so many of them where there are more. With ten, an outage is not to bother ten people where one would do.
 */
const PROBES_TO_DOUBLE_MAX = 4;
const PROBES_TO_DOUBLE = `(SELECT greatest(1, least(count(*), ${String(PROBES_TO_DOUBLE_MAX)})) FROM seeder
  WHERE ${SEEDER_LIVES} AND held_code IS NULL)`;

/** SQL of how long to wait after the probe that makes `attempts` so many. @param firstSeconds SQL of a number */
export const probeDelay = (firstSeconds: string, attempts: string): string =>
  doubling(firstSeconds, `(${attempts})::float8 / ${PROBES_TO_DOUBLE}`, PROBE_DELAY_SECONDS_MAX);

/** SQL of how long a person is left in peace after so many calls, as long as others were not asked at all. */
export const peaceAfter = (attempts: string): string =>
  doubling(String(LAST_RESORT_SECONDS_MIN), `${attempts} - 1`, LAST_RESORT_SECONDS_MAX);

/** SQL of what is noted in a hold when one of its probes has found whom to ask. @param isLastResort SQL of a boolean */
export const noteProbed = (isLastResort: string): string => `
  last_resorts = last_resorts + (${isLastResort})::int, in_last_resort = ${isLastResort},
  next_probe_at = CASE WHEN ${isLastResort}
    THEN greatest(next_probe_at, now() + ${doubling(String(LAST_RESORT_SECONDS_MIN), 'last_resorts', LAST_RESORT_SECONDS_MAX)})
    ELSE next_probe_at END`;

/** Newcomers may be asked at once, but not each of them: a probe comes no sooner after the last one than this. */
const NEW_WORK_SECONDS_APART = 15;

/**
 * SQL of whether an answer about whoever comes now would end a hold: not while even a preflight fails, for then nobody is
 * asked. @param hold SQL name of a row of profile_hold
 */
export const endsWithNewcomers = (hold: string): string => `(${hold}.probe = 'record'
  AND EXISTS (SELECT 1 FROM ida_preflight f WHERE f.profile_id = ${hold}.profile_id AND f.ok))`;

/** A preflight comes before every probe of a hold. Where all who wait were asked before, there is no last one to mind. */
const NEW_WORK_AT = `greatest(now(), CASE WHEN NOT h.in_last_resort THEN (
  SELECT f.checked_at FROM ida_preflight f WHERE f.profile_id = h.profile_id) + interval '${String(NEW_WORK_SECONDS_APART)} seconds' END)`;

/** SQL that has new work asked about soon, to find out whether the hold of its profile is over. @param profileId SQL */
export const probeNewWork = (profileId: string): string => `
  UPDATE profile_hold h SET next_probe_at = ${NEW_WORK_AT}
   WHERE h.profile_id = ${profileId} AND ${endsWithNewcomers('h')} AND h.next_probe_at > ${NEW_WORK_AT}`;

/** The same for the request with the id `$1`. */
export const PROBE_NEW_WORK = probeNewWork('(SELECT profile_id FROM request WHERE id = $1)');
