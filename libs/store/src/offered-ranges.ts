/**
 * Which ranges have work, in SQL: `r` is the request, `g` the range. The purpose is SQL too, of a LeasePurpose.
 */

/**
 * A request is worked on while it is neither ended nor being cancelled nor held; only a probe passes a hold of the profile,
 * and one of a request that is to be probed.
 */
export const workable = (
  purpose: string,
): string => `r.state IN ('submitted', 'processing') AND r.cancel_asked_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM request_hold h WHERE h.request_id = r.id AND (${purpose} <> 'probe' OR h.next_probe_at IS NULL))
  AND (${purpose} = 'probe' OR NOT EXISTS (SELECT 1 FROM profile_hold h WHERE h.profile_id = r.profile_id))`;

/** Whether a range that nobody holds is to be worked on now. What waits to be asked again may still be probed. */
export const offered = (
  purpose: string,
): string => `g.finished_at IS NULL AND g.set_aside_at IS NULL AND (g.lease_until IS NULL OR g.lease_until < now())
  AND (${purpose} = 'probe' OR g.again_at IS NULL OR g.again_at <= now())`;

/** Those that were begun first, then in source order, and last those of which only what is to be asked again is left. */
export const WITHIN_A_REQUEST = 'g.again_at IS NOT NULL, g.epoch = 0, g.n';

/** Of request $1. */
export const FIRST_OFFERED = `
  SELECT g.n FROM range g WHERE g.request_id = $1 AND ${offered(`'work'`)} ORDER BY ${WITHIN_A_REQUEST} LIMIT 1`;

export const HAS_OFFERED = `EXISTS (SELECT 1 FROM range g WHERE g.request_id = r.id AND ${offered(`'work'`)})`;

/** How many of request $1 are to be worked on now; none while anything holds it. */
export const COUNT_OFFERED = `
  SELECT count(*)::int AS ranges FROM request r JOIN range g ON g.request_id = r.id
   WHERE r.id = $1 AND ${workable(`'work'`)} AND ${offered(`'work'`)}`;
