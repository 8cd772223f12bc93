import { FINISHED_REQUEST_STATES } from '@mts/domain';

import type { Database } from './database.js';
import { RECORDED_REQUESTS } from './record-erasure.js';
import { restsFor } from './request-store.js';
import { deliveryUnderWay } from './result-store.js';

/** What ought to be erased and is not, each with what names it. */
export const LEFTOVERS = {
  'expired request': 'past its age and not archived',
  'taken results': 'acknowledged, or downloaded long enough ago, and not archived',
  'key of an archived request': 'its results can still be opened',
  'records of an archived request': 'they cannot be opened, but take room',
  'records without a request': 'nobody will ever erase them',
  'key without a request': 'nobody will ever erase it',
  'broken upload': 'its process is gone, its keys are not',
  'erased key in the file':
    'whoever has the file of the table and the key-encryption key could still find it there',
} as const;
export type LeftoverKind = keyof typeof LEFTOVERS;

export interface Leftover {
  readonly kind: LeftoverKind;
  readonly count: number;
  /** Ids of some of the requests. */
  readonly examples: readonly string[];
}

export interface LeftoverLimits {
  readonly requestAgeHoursMax: number;
  readonly uploadAgeMinutesMax: number;
  /** How long the housekeeping may take to come to it. */
  readonly graceMinutes: number;
}

/** Whether anything is left that ought to be erased. Nothing is when empty. */
export async function findLeftovers(
  database: Database,
  { requestAgeHoursMax, uploadAgeMinutesMax, graceMinutes }: LeftoverLimits,
): Promise<readonly Leftover[]> {
  return database.query<Leftover>(LIST, [
    [...FINISHED_REQUEST_STATES],
    requestAgeHoursMax * 60 + graceMinutes,
    uploadAgeMinutesMax + graceMinutes,
    graceMinutes,
  ]);
}

const minutes = (parameter: string): string => `make_interval(mins => ${parameter}::int)`;
const EXAMPLES = 10;

const FOUND: Readonly<Record<LeftoverKind, string>> = {
  'expired request': `SELECT id FROM request WHERE ${restsFor(minutes('$2'))}`,
  'taken results': `
    SELECT id FROM request r
     WHERE erase_at <= now() - ${minutes('$4')} AND state = ANY ($1) AND NOT ${deliveryUnderWay('r.id')}`,
  'key of an archived request': `
    SELECT r.id FROM request r
     WHERE r.state = 'archived' AND EXISTS (SELECT 1 FROM wrapped_key k WHERE k.subject = r.id AND k.wrapped IS NOT NULL)`,
  'records of an archived request': `
    SELECT r.id FROM request r JOIN recorded USING (id) WHERE r.state = 'archived' AND r.archived_at <= now() - ${minutes('$4')}`,
  'records without a request': `
    SELECT id FROM recorded WHERE id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM request r WHERE r.id = recorded.id)`,
  'key without a request': `
    SELECT DISTINCT k.subject FROM wrapped_key k
     WHERE k.purpose <> 'idempotency' AND k.wrapped IS NOT NULL AND NOT EXISTS (SELECT 1 FROM request r WHERE r.id = k.subject)`,
  'broken upload': `SELECT id FROM request WHERE state = 'receiving' AND touched_at < now() - ${minutes('$3')}`,
  'erased key in the file': `
    SELECT DISTINCT subject FROM wrapped_key WHERE erased_at <= now() - ${minutes('$4')}`,
};

const LIST = `${RECORDED_REQUESTS}
  SELECT kind, count(*)::int AS count, (array_agg(id::text ORDER BY id))[1:${String(EXAMPLES)}] AS examples FROM (
    ${Object.entries(FOUND)
      .map(([kind, found]) => `SELECT '${kind}' AS kind, id FROM (${found}) AS one (id)`)
      .join('\n    UNION ALL\n    ')}
  ) found GROUP BY kind ORDER BY kind`;
