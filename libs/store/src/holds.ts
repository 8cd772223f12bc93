import type { ErrorCode } from '@mts/domain';
import { errorText } from '@mts/domain';

/** Seeders write this often that they live, and what they do. */
export const SEEDER_BEAT_SECONDS = 1;
/** One not seen for so long is gone: others ask in its place. A pause of its process or of the database is shorter. */
export const SEEDER_GONE_AFTER_SECONDS = 15;

/** The seeders that live, as of the statement: a transaction may have begun long ago, and waited for others. */
export const SEEDER_LIVES = `seen_at > statement_timestamp() - make_interval(secs => ${String(SEEDER_GONE_AFTER_SECONDS)})`;

/** Where some ranges of a request are set aside; the others go on. See SetAsideStore. */
export const RANGES_SET_ASIDE = 'MTS-REQ-011' satisfies ErrorCode;

/** All seeders that live hold themselves up, which holds everybody: the reason of the first of them. */
const ALL_SEEDERS_HELD = `
  SELECT held_code AS code, held_reason AS reason, held_since AS since FROM seeder
   WHERE ${SEEDER_LIVES} AND held_code IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM seeder WHERE ${SEEDER_LIVES} AND held_code IS NULL)
   ORDER BY held_since LIMIT 1`;

/** Of a row with next_probe_at: due is now, not a moment ago, until somebody has come to it. */
export const NEXT_TRY_AT = `CASE WHEN next_probe_at IS NOT NULL THEN greatest(next_probe_at, now()) END AS "nextTryAt"`;

/** What keeps all work of a profile from going on, as rows of code, reason, since and "nextTryAt". */
export const holdsOfProfile = (profileId: string): string => `
  SELECT code, reason, since, ${NEXT_TRY_AT} FROM profile_hold WHERE profile_id = ${profileId}
  UNION ALL
  SELECT code, reason, since, NULL FROM (${ALL_SEEDERS_HELD}) held`;

/** The text of the catalogue with the id in it, as SQL. */
function setAsideReason(requestId: string): string {
  const [before = '', after = ''] = errorText(RANGES_SET_ASIDE, { requestId: '{id}' }).split('{id}');
  return `concat('${before}', ${requestId}, '${after}')`;
}

/** What keeps a request from going on, as rows of kind, code, reason, since and "nextTryAt". The arguments are SQL. */
export const holdsOfRequest = (requestId: string, profileId: string): string => `
  SELECT kind, code, reason, since, ${NEXT_TRY_AT} FROM request_hold WHERE request_id = ${requestId}
  UNION ALL
  SELECT 'request', '${RANGES_SET_ASIDE}', ${setAsideReason(requestId)}, min(set_aside_at), NULL
    FROM range WHERE request_id = ${requestId} AND finished_at IS NULL AND set_aside_at IS NOT NULL HAVING count(*) > 0
  UNION ALL
  SELECT 'profile', code, reason, since, "nextTryAt" FROM (${holdsOfProfile(profileId)}) p`;
