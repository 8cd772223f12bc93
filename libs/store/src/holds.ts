import type { ErrorCode } from '@mts/domain';
import { errorText } from '@mts/domain';

/** Seeders write that they live this often; one not seen for three times as long is gone. */
export const SEEDER_BEAT_SECONDS = 5;

/** The seeders that live. */
export const SEEDER_LIVES = `seen_at > now() - make_interval(secs => ${String(SEEDER_BEAT_SECONDS * 3)})`;

/** Where some ranges of a request are set aside; the others go on. See SetAsideStore. */
export const RANGES_SET_ASIDE = 'MTS-REQ-011' satisfies ErrorCode;

/** All seeders that live hold themselves up, which holds everybody: the reason of the first of them. */
const ALL_SEEDERS_HELD = `
  SELECT held_code AS code, held_reason AS reason, held_since AS since FROM seeder
   WHERE ${SEEDER_LIVES} AND held_code IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM seeder WHERE ${SEEDER_LIVES} AND held_code IS NULL)
   ORDER BY held_since LIMIT 1`;

/** What keeps all work of a profile from going on, as rows of code, reason, since and "nextTryAt". */
export const holdsOfProfile = (profileId: string): string => `
  SELECT code, reason, since, next_probe_at AS "nextTryAt" FROM profile_hold WHERE profile_id = ${profileId}
  UNION ALL
  SELECT code, reason, since, NULL FROM (${ALL_SEEDERS_HELD}) held`;

/** What keeps a request from going on, as rows of kind, code, reason, since and "nextTryAt". The arguments are SQL. */
export const holdsOfRequest = (requestId: string, profileId: string): string => `
  SELECT kind, code, reason, since, NULL::timestamptz AS "nextTryAt" FROM request_hold WHERE request_id = ${requestId}
  UNION ALL
  SELECT 'request', '${RANGES_SET_ASIDE}', '${errorText(RANGES_SET_ASIDE)}', min(set_aside_at), NULL
    FROM range WHERE request_id = ${requestId} AND finished_at IS NULL AND set_aside_at IS NOT NULL HAVING count(*) > 0
  UNION ALL
  SELECT 'profile', code, reason, since, "nextTryAt" FROM (${holdsOfProfile(profileId)}) p`;
