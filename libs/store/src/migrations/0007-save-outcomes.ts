import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keeping outcomes becomes a function: what a seeder does for every record, see RangeStore.saveOutcomes. */
export class SaveOutcomes1763870000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(FUNCTION);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION save_outcomes');
  }
}

/**
 * In a function, for PostgreSQL plans a function's statement once for each connection, and by settings that hold in it
 * alone; planned anew each time it costs a third more, and as a prepared statement it would keep for long what was
 * planned while its tables were small. The settings leave it nothing but the indexes, which are always right here.
 *
 * Whatever locks several ranges locks them in the same order, or two such statements would wait for each other.
 */
const FUNCTION = `
CREATE FUNCTION save_outcomes(
  range_requests uuid[], range_ns integer[], range_epochs integer[], range_awaited boolean[],
  outcome_requests uuid[], outcome_ns integer[], outcome_lines integer[], outcome_states text[],
  outcome_sealed bytea[], outcome_error_codes text[], outcome_token_indexes bytea[]
) RETURNS TABLE (kept_request uuid, kept_n integer)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $function$
DECLARE
  told uuid;
BEGIN
  RETURN QUERY
  WITH fence AS MATERIALIZED (
    SELECT g.request_id, g.n
      FROM unnest(range_requests, range_ns, range_epochs) AS l (request_id, n, epoch)
      JOIN range g ON g.request_id = l.request_id AND g.n = l.n AND g.epoch = l.epoch
     ORDER BY g.request_id, g.n FOR UPDATE OF g
  ), written AS (
    UPDATE record r
       SET state = o.state, sealed_outcome = o.sealed_outcome, error_code = o.error_code, token_index = o.token_index
      FROM unnest(outcome_requests, outcome_ns, outcome_lines, outcome_states, outcome_sealed, outcome_error_codes, outcome_token_indexes)
             AS o (request_id, n, line, state, sealed_outcome, error_code, token_index)
      JOIN fence f ON f.request_id = o.request_id AND f.n = o.n
     WHERE r.request_id = o.request_id AND r.line = o.line AND r.state IN ('submitted', 'sent', 'unknown')
    RETURNING o.request_id, o.n, r.state
  ), counted AS (
    SELECT f.request_id, f.n, count(*) FILTER (WHERE w.state = 'processed') AS done,
           count(*) FILTER (WHERE w.state = 'error') AS failed
      FROM fence f LEFT JOIN written w ON w.request_id = f.request_id AND w.n = f.n GROUP BY f.request_id, f.n
  )
  UPDATE range g SET done = g.done + c.done, failed = g.failed + c.failed
    FROM counted c WHERE g.request_id = c.request_id AND g.n = c.n
  RETURNING g.request_id, g.n;

  FOR told IN SELECT DISTINCT l.request_id FROM unnest(range_requests, range_awaited) AS l (request_id, awaited) WHERE l.awaited LOOP
    PERFORM pg_notify(current_schema() || '_request', told::text);
  END LOOP;
END
$function$`;
