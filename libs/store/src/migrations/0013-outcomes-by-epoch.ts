import type { MigrationInterface, QueryRunner } from 'typeorm';

const ARGUMENTS = `
  range_requests uuid[], range_ns integer[], range_epochs integer[], range_awaited boolean[],
  outcome_requests uuid[], outcome_ns integer[], outcome_epochs integer[], outcome_lines integer[], outcome_states text[],
  outcome_sealed bytea[], outcome_error_codes text[], outcome_token_indexes bytea[]`;

/** Outcomes name the epoch of their lease: a process can hold two leases of one range, of which only the later one stands. */
export class OutcomesByEpoch1764020000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(FUNCTION);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP FUNCTION save_outcomes(${ARGUMENTS})`);
  }
}

/**
 * As in 0007-save-outcomes, where its settings and its order of locks are explained. That one stays beside it, told apart by
 * its arguments: a seeder of an earlier version that still runs calls it.
 */
const FUNCTION = `
CREATE FUNCTION save_outcomes(${ARGUMENTS}
) RETURNS TABLE (kept_request uuid, kept_n integer, kept_epoch integer)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $function$
DECLARE
  told uuid;
BEGIN
  RETURN QUERY
  WITH fence AS MATERIALIZED (
    SELECT g.request_id, g.n, g.epoch
      FROM unnest(range_requests, range_ns, range_epochs) AS l (request_id, n, epoch)
      JOIN range g ON g.request_id = l.request_id AND g.n = l.n AND g.epoch = l.epoch
     ORDER BY g.request_id, g.n FOR UPDATE OF g
  ), written AS (
    UPDATE record r
       SET state = o.state, sealed_outcome = o.sealed_outcome, error_code = o.error_code, token_index = o.token_index
      FROM unnest(outcome_requests, outcome_ns, outcome_epochs, outcome_lines, outcome_states, outcome_sealed,
                  outcome_error_codes, outcome_token_indexes)
             AS o (request_id, n, epoch, line, state, sealed_outcome, error_code, token_index)
      JOIN fence f ON f.request_id = o.request_id AND f.n = o.n AND f.epoch = o.epoch
     WHERE r.request_id = o.request_id AND r.line = o.line AND r.state IN ('submitted', 'sent', 'unknown')
    RETURNING o.request_id, o.n, r.state
  ), counted AS (
    SELECT f.request_id, f.n, count(*) FILTER (WHERE w.state = 'processed') AS done,
           count(*) FILTER (WHERE w.state = 'error') AS failed
      FROM fence f LEFT JOIN written w ON w.request_id = f.request_id AND w.n = f.n GROUP BY f.request_id, f.n
  )
  UPDATE range g SET done = g.done + c.done, failed = g.failed + c.failed
    FROM counted c WHERE g.request_id = c.request_id AND g.n = c.n
  RETURNING g.request_id, g.n, g.epoch;

  FOR told IN SELECT DISTINCT l.request_id FROM unnest(range_requests, range_awaited) AS l (request_id, awaited) WHERE l.awaited LOOP
    PERFORM pg_notify(current_schema() || '_request', told::text);
  END LOOP;
END
$function$`;
