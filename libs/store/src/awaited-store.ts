import type { HoldKind, RequestState } from '@mts/domain';

import { endsWithNewcomers, probeNewWork } from './back-off.js';
import type { Database, Transaction } from './database.js';
import type { Request } from './entities/request.entity.js';
import { eraseRequestKeys, type NewRequestKeys } from './key-store.js';
import { holdsOfRequest, RANGES_STUMBLED, SEEDER_LIVES } from './holds.js';

/** A request of one record whose caller waits. Sealed and wrapped values come from libs/crypto. */
export type NewAwaitedRequest = Pick<Request, 'id' | 'owner' | 'input' | 'output' | 'sealedOptions'> &
  NewRequestKeys &
  Partial<Pick<Request, 'sealedCorrelation'>> & {
    readonly sealedInput: Buffer;
    readonly sealedReference?: Buffer | null;
  };

/** What keeps IDA from being asked about an awaited record, for the first of these reasons. */
export type Hindrance =
  | {
      readonly kind: Exclude<HoldKind, 'operator'>;
      readonly code: string;
      readonly nextTryAt: Date | null;
    }
  | { readonly kind: 'no seeder' };

/** How an awaited request stands. */
export interface AwaitedStanding {
  readonly state: RequestState;
  /** What became of its record; null while that is open. */
  readonly sealedOutcome: Buffer | null;
  /** Whether IDA was asked about its record, or may have been. */
  readonly mayHaveBeenAsked: boolean;
}

/** Requests of one record whose callers wait for the answer: few statements, because every one is waited for. */
export class AwaitedStore {
  constructor(
    private readonly database: Database,
    private readonly profileId: string,
  ) {}

  /** Makes the request, its one record and its one range at once, in one transaction with the job. */
  async submit(request: NewAwaitedRequest, tx: Transaction): Promise<void> {
    const { id, owner, input, output, kekId, wrappedInputKey, wrappedResultsKey } = request;
    await tx.query(SUBMIT, [
      id,
      this.profileId,
      owner,
      input,
      output,
      kekId,
      wrappedInputKey,
      wrappedResultsKey,
      request.sealedOptions,
      request.sealedCorrelation ?? null,
      request.sealedInput,
      request.sealedReference ?? null,
    ]);
  }

  /** @returns undefined when it is gone: withdrawn before IDA was asked */
  async standing(id: string): Promise<AwaitedStanding | undefined> {
    const [row] = await this.database.query<AwaitedStanding>(STANDING, [id]);
    return row;
  }

  /** Why nobody can be asked now; of a request that is there also why its record cannot. */
  async hindrance(id?: string): Promise<Hindrance | undefined> {
    const [row] = await this.database.query<Hindrance>(HINDRANCE, [this.profileId, id ?? null]);
    return row;
  }

  /**
   * Removes a request of which nothing was sent to IDA, so that nobody will be asked because of it.
   * @returns whether it could be: not when its record is being asked about, or may have been, or has ended.
   */
  async withdraw(id: string): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      // Whoever takes the range waits for this, and then finds it gone; what was done to it before is seen from here on.
      await tx.query('SELECT 1 FROM request WHERE id = $1 FOR UPDATE', [id]);
      const free = await tx.query(LOCK_FREE_RANGE, [id]);
      const unasked = free.length === 0 ? [] : await tx.query(REMOVE_UNASKED, [id]);
      if (unasked.length === 0) return false;
      await tx.query('DELETE FROM request WHERE id = $1', [id]);
      await eraseRequestKeys(tx, id, ['input', 'results']);
      return true;
    });
  }

  /** Notes that the answer has been handed over: what is left of the request goes after the grace period. */
  async handedOver(id: string, graceMinutes: number): Promise<void> {
    await this.database.query(
      `UPDATE request SET erase_at = least(erase_at, now() + make_interval(mins => $2)) WHERE id = $1`,
      [id, graceMinutes],
    );
  }
}

const SUBMIT = `
  WITH new_request AS (
    INSERT INTO request (id, profile_id, owner, state, input, output, sealed_options, sealed_correlation, total, awaited)
    VALUES ($1, $2, $3, 'submitted', $4, $5, $9, $10, 1, true)
  ), new_keys AS (
    INSERT INTO wrapped_key (subject, purpose, kek_id, wrapped) VALUES ($1, 'input', $6, $7), ($1, 'results', $6, $8)
  ), due AS (
    ${probeNewWork('$2')}
  ), new_range AS (
    INSERT INTO range (request_id, n, from_line, to_line, sent_through_line, total) VALUES ($1, 0, 1, 1, 0, 1)
  )
  INSERT INTO record (request_id, line, state, sealed_input, sealed_reference) VALUES ($1, 1, 'submitted', $11, $12)`;

const STANDING = `
  SELECT r.state, o.sealed_outcome AS "sealedOutcome",
         g.sent_through_line >= 1 AND NOT coalesce(o.state = 'submitted' AND o.withdrawn, false) AS "mayHaveBeenAsked"
    FROM request r JOIN range g ON g.request_id = r.id AND g.n = 0
    LEFT JOIN record o ON o.request_id = r.id AND o.line = 1
   WHERE r.id = $1`;

/** In this time a probe is made for newcomers, of one of them, and mostly answered: then all who wait go on. */
const NEWCOMER_WAITS_SECONDS = 20;

/** Whoever has just come may be the next to be asked, to find out whether the hold is over. */
const IS_PROBED_WITH_NEWCOMERS = `(
  kind = 'profile' AND "nextTryAt" IS NOT NULL
  AND EXISTS (SELECT 1 FROM profile_hold p WHERE p.profile_id = $1 AND ${endsWithNewcomers('p')})
  AND NOT EXISTS (SELECT 1 FROM request n WHERE n.id = $2 AND n.created_at <= now() - interval '${String(NEWCOMER_WAITS_SECONDS)} seconds'))`;

const HINDRANCE = `
  SELECT kind, code, "nextTryAt" FROM (
    SELECT CASE kind WHEN 'profile' THEN 1 ELSE 2 END AS rank, kind, code, "nextTryAt"
      FROM (${holdsOfRequest('$2', '$1')}) h WHERE kind <> 'operator' AND code <> '${RANGES_STUMBLED}' AND NOT ${IS_PROBED_WITH_NEWCOMERS}
    UNION ALL
    SELECT 3, 'no seeder', NULL, NULL WHERE NOT EXISTS (SELECT 1 FROM seeder WHERE ${SEEDER_LIVES})
  ) one ORDER BY rank LIMIT 1`;

const LOCK_FREE_RANGE = `
  SELECT 1 FROM range
   WHERE request_id = $1 AND finished_at IS NULL AND (lease_until IS NULL OR lease_until < now())
     FOR UPDATE`;

const REMOVE_UNASKED = `
  DELETE FROM record o USING range g
   WHERE o.request_id = $1 AND g.request_id = $1 AND o.state = 'submitted' AND (o.withdrawn OR o.line > g.sent_through_line)
  RETURNING 1`;
