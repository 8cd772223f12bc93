import type { ErrorCode } from '@mts/domain';
import { errorText } from '@mts/domain';

/** Seeders write this often that they live, and what they do. */
export const SEEDER_BEAT_SECONDS = 1;
/** One not seen for so long is gone: others ask in its place. A pause of its process or of the database is shorter. */
export const SEEDER_GONE_AFTER_SECONDS = 15;

/** So many beats late are no hiccup of a busy process any more. */
const BEATS_MISSED_MAX = 3;

/** Whether it beats: its process was not killed, does not hang, and reaches the database. @param seeder SQL: of the row */
export const SEEDER_IS_HEARD = (seeder: string): string =>
  `(${seeder}.seen_at > statement_timestamp() - make_interval(secs => ${String(SEEDER_BEAT_SECONDS * BEATS_MISSED_MAX)}))`;

/** The seeders that live, as of the statement: a transaction may have begun long ago, and waited for others. */
export const SEEDER_LIVES = `seen_at > statement_timestamp() - make_interval(secs => ${String(SEEDER_GONE_AFTER_SECONDS)})`;

/** Where some ranges of a request are set aside; the others go on. See SetAsideStore. */
export const RANGES_SET_ASIDE = 'MTS-REQ-011' satisfies ErrorCode;

/** Where some of them wait because of a fault, and are tried again by themselves. */
export const RANGES_STUMBLED = 'MTS-REQ-012' satisfies ErrorCode;

/** Unexpected faults in a row after which a range is set aside. */
export const FAULTS_MAX = 5;

/** How long a range waits after its first fault; doubling with each further one. */
const AGAIN_SECONDS_MIN = 5;

/** @param faultsBefore SQL: how many there were in a row before the one after which it waits */
export const waitSeconds = (faultsBefore: string): string =>
  `${String(AGAIN_SECONDS_MIN)} * power(2, ${faultsBefore})`;

/** Due is now, not a moment ago, until somebody has come to it. @param at SQL: a moment, or null */
const dueAt = (at: string): string => `CASE WHEN ${at} IS NOT NULL THEN greatest(${at}, now()) END`;

/** Of a row with next_probe_at. */
export const NEXT_TRY_AT = `${dueAt('next_probe_at')} AS "nextTryAt"`;

/** Of a seeder that holds itself; null where it is of an earlier version. */
export const SEEDER_TRIES_AT = dueAt('held_next_try_at');

/** All seeders that live hold themselves up, of which there are some. */
const ARE_ALL_SEEDERS_HELD = `
  (SELECT bool_and(held_code IS NOT NULL) FROM seeder WHERE ${SEEDER_LIVES})`;

/** That holds everybody: the reason of the first of them, and when the next one looks whether its fault is gone. */
export const ALL_SEEDERS_HELD = `
  SELECT held_code AS code, held_reason AS reason, held_since AS since,
         (SELECT min(${SEEDER_TRIES_AT}) FROM seeder WHERE ${SEEDER_LIVES}) AS "nextTryAt"
    FROM seeder WHERE ${SEEDER_LIVES} AND ${ARE_ALL_SEEDERS_HELD} ORDER BY held_since LIMIT 1`;

/** SQL: since when all seeders that live have held themselves up; null unless they do. */
export const ALL_SEEDERS_HELD_SINCE = `
  (SELECT max(held_since) FROM seeder WHERE ${SEEDER_LIVES} HAVING bool_and(held_code IS NOT NULL))`;

/** What keeps all work of a profile from going on, as rows of code, reason, since and "nextTryAt". */
export const holdsOfProfile = (profileId: string): string => `
  SELECT code, reason, since, ${NEXT_TRY_AT} FROM profile_hold WHERE profile_id = ${profileId}
  UNION ALL
  SELECT code, reason, since, "nextTryAt" FROM (${ALL_SEEDERS_HELD}) held`;

/** The text of the catalogue with a detail in it, as SQL. @param value SQL */
function textWith(code: ErrorCode, detail: 'requestId' | 'problem', value: string): string {
  const [before = '', after = ''] = errorText(code, { [detail]: '{}' }).split('{}');
  return `concat('${before}', ${value}, '${after}')`;
}

/** Of the range that has failed most often. A seeder of an earlier version does not say with what. */
const STUMBLED = `concat((array_agg(set_aside_kind ORDER BY faults DESC))[1] || '; ', max(faults), ' of ${String(FAULTS_MAX)} tries have failed')`;

/** What keeps a request from going on, as rows of kind, code, reason, since and "nextTryAt". The arguments are SQL. */
export const holdsOfRequest = (requestId: string, profileId: string): string => `
  SELECT kind, code, reason, since, ${NEXT_TRY_AT} FROM request_hold WHERE request_id = ${requestId}
  UNION ALL
  SELECT 'request', '${RANGES_SET_ASIDE}', ${textWith(RANGES_SET_ASIDE, 'requestId', requestId)}, min(set_aside_at), NULL
    FROM range WHERE request_id = ${requestId} AND finished_at IS NULL AND set_aside_at IS NOT NULL HAVING count(*) > 0
  UNION ALL
  SELECT 'request', '${RANGES_STUMBLED}', ${textWith(RANGES_STUMBLED, 'problem', STUMBLED)},
         min(again_at - make_interval(secs => ${waitSeconds('faults - 1')})), min(greatest(again_at, now()))
    FROM range WHERE request_id = ${requestId} AND finished_at IS NULL AND set_aside_at IS NULL AND faults > 0
     AND again_at IS NOT NULL HAVING count(*) > 0
  UNION ALL
  SELECT 'profile', code, reason, since, "nextTryAt" FROM (${holdsOfProfile(profileId)}) p`;
