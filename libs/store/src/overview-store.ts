import { type DeliveryState, type Hold, REQUEST_STATES, type RequestState } from '@mts/domain';

import type { Database } from './database.js';
import { holdsOfRequest } from './holds.js';
import { hasKey } from './key-store.js';
import type { Progress } from './request-store.js';
import { deliveryUnderWay } from './result-store.js';

/** What there is to say of a request without any personal data: none of it is sealed. */
export interface RequestOverview extends Progress {
  readonly id: string;
  readonly owner: string;
  readonly state: RequestState;
  readonly input: string;
  readonly output: string;
  readonly validateOnly: boolean;
  /** It is one person, whose answer its caller waits for. */
  readonly awaited: boolean;
  /**
   * Records of one that has ended about which nobody was asked, for it was cancelled or only to be checked; 0 before, and of
   * one that is erased, where they cannot be told from the unknown ones any more.
   */
  readonly notAsked: number;
  /** Records of one that was cancelled about which IDA may have been asked, and no answer is known. */
  readonly unknown: number;
  /** Records that are the same person as an earlier one; known when the request has ended. */
  readonly duplicates: number;
  /** Whether the records as received are still there to be asked again. */
  readonly hasInput: boolean;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly cancelAskedAt: Date | null;
  /** It never goes on, and ends when the calls in flight are answered; nothing holds it. */
  readonly cancelling: boolean;
  readonly downloadedAt: Date | null;
  readonly acknowledgedAt: Date | null;
  /** Null while a delivery is under way too: its results outlast that. */
  readonly eraseAt: Date | null;
  /** Of the time since its start; a hold that goes on is not in it yet. */
  readonly heldSeconds: number;
  readonly holds: readonly Hold[];
  readonly delivery: DeliveryOverview | null;
  readonly pull: PullOverview | null;
}

export interface DeliveryOverview {
  readonly kind: string;
  readonly state: DeliveryState;
  readonly delivered: number;
  readonly refused: number;
  readonly attempts: number;
  readonly nextTryAt: Date | null;
  readonly code: string | null;
  readonly reason: string | null;
  readonly endedAt: Date | null;
}

export interface PullOverview {
  readonly state: 'waiting' | 'pulling' | 'pulled' | 'failed';
  readonly received: number;
  /** Records of the source that were left out, by why. */
  readonly skipped: Readonly<Record<string, number>>;
  readonly attempts: number;
  readonly nextTryAt: Date | null;
  readonly code: string | null;
  readonly reason: string | null;
  readonly endedAt: Date | null;
}

export interface ErrorCount {
  readonly code: string;
  readonly count: number;
}

/** An upload that goes on and what is erased are nobody's to see but an operator's. */
export const LISTED_STATES = REQUEST_STATES.filter((state) => state !== 'receiving' && state !== 'archived');

/** `cancelling`: those of which {@link RequestOverview.cancelling} is true, whatever their state. */
export type ListedState = RequestState | 'cancelling';

/** What is left out does not narrow the list. */
export interface RequestFilter {
  readonly owner?: string | undefined;
  /** Left out: LISTED_STATES. */
  readonly states?: readonly ListedState[] | undefined;
  readonly input?: string | undefined;
  /** Handed in at or after it. */
  readonly from?: Date | undefined;
  /** Handed in before it. */
  readonly to?: Date | undefined;
}

/** A place in the list: where the last page ended. Exact to the microsecond, as the rows are ordered. */
export interface ListPlace {
  readonly createdAtMicros: string;
  readonly id: string;
}

export interface OverviewPage {
  readonly requests: readonly RequestOverview[];
  /** Where the next page begins; undefined when this is the last one. */
  readonly next: ListPlace | undefined;
}

/** Tells how requests stand. Requests whose upload goes on, and erased ones, are not there unless they are asked for. */
export class OverviewStore {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<RequestOverview | undefined> {
    const [row] = await this.database.query<OverviewRow>(
      `${OVERVIEW} WHERE r.id = $1 AND r.state = ANY ($2)`,
      [id, LISTED_STATES],
    );
    return row && overviewOf(row);
  }

  /** The latest first. What is handed in meanwhile moves nothing from one page to the next. */
  async list(filter: RequestFilter, after: ListPlace | undefined, limit: number): Promise<OverviewPage> {
    const rows = await this.database.query<OverviewRow>(LIST, [...wanted(filter, after), limit + 1]);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const next = rows.length > limit ? last : undefined;
    return {
      requests: page.map(overviewOf),
      next: next && { createdAtMicros: next.createdAtMicros, id: next.id },
    };
  }

  /** How many there are of a list, all its pages together, or from a place on. */
  async count(filter: RequestFilter, after: ListPlace | undefined): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM request r ${WANTED}`,
      wanted(filter, after),
    );
    return row?.count ?? 0;
  }

  /** Where a request, of whatever state, stands in every list. */
  async placeOf(id: string): Promise<ListPlace | undefined> {
    const [place] = await this.database.query<ListPlace>(
      `SELECT ${MICROS}::text AS "createdAtMicros", r.id FROM request r WHERE r.id = $1`,
      [id],
    );
    return place;
  }

  /** How many records have which error, the most frequent first. */
  async errorCounts(id: string): Promise<readonly ErrorCount[]> {
    return this.database.query<ErrorCount>(
      `SELECT error_code AS code, count(*)::int AS count FROM record
        WHERE request_id = $1 AND error_code IS NOT NULL GROUP BY error_code ORDER BY count DESC, code`,
      [id],
    );
  }
}

/** As the database gives it: moments within JSON are texts. */
type OverviewRow = Omit<RequestOverview, 'holds' | 'delivery' | 'pull'> & {
  readonly createdAtMicros: string;
  readonly holds: readonly WithTexts<Hold>[];
  readonly delivery: WithTexts<DeliveryOverview> | null;
  readonly pull: WithTexts<PullOverview> | null;
};
type WithTexts<T> = {
  readonly [K in keyof T]: T[K] extends Date ? string : T[K] extends Date | null ? string | null : T[K];
};

function overviewOf({ createdAtMicros: _place, ...row }: OverviewRow): RequestOverview {
  const { holds, delivery, pull } = row;
  return {
    ...row,
    holds: holds.map((hold) => ({
      ...hold,
      since: new Date(hold.since),
      nextTryAt: moment(hold.nextTryAt),
    })),
    delivery: delivery && withMoments(delivery),
    pull: pull && withMoments(pull),
  };
}

function withMoments<T extends { readonly nextTryAt: string | null; readonly endedAt: string | null }>(
  row: T,
): Omit<T, 'nextTryAt' | 'endedAt'> & { nextTryAt: Date | null; endedAt: Date | null } {
  return { ...row, nextTryAt: moment(row.nextTryAt), endedAt: moment(row.endedAt) };
}

function moment(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

const CANCELLING = '(r.cancel_asked_at IS NOT NULL AND r.ended_at IS NULL)';
const MICROS = '(extract(epoch FROM r.created_at) * 1000000)::bigint';

const OVERVIEW = `
  SELECT r.id, r.owner, r.state, r.input, r.output, r.validate_only AS "validateOnly", r.awaited, r.duplicates,
         ${hasKey('r.id', 'input')} AND r.sealed_options IS NOT NULL AS "hasInput",
         r.created_at AS "createdAt", ${MICROS}::text AS "createdAtMicros", r.started_at AS "startedAt",
         r.ended_at AS "endedAt", r.cancel_asked_at AS "cancelAskedAt",
         ${CANCELLING} AS cancelling, r.downloaded_at AS "downloadedAt",
         r.acknowledged_at AS "acknowledgedAt", r.held_seconds AS "heldSeconds",
         CASE WHEN NOT ${deliveryUnderWay('r.id')} THEN r.erase_at END AS "eraseAt",
         r.total, p.done, p.failed, p.invalid, u.unknown,
         CASE WHEN r.ended_at IS NULL OR r.state = 'archived' THEN 0 ELSE r.total - p.done - p.failed - p.invalid - u.unknown END AS "notAsked",
         h.holds,
         (SELECT jsonb_build_object('kind', d.kind, 'state', d.state, 'delivered', d.delivered, 'refused', d.refused,
                                    'attempts', d.attempts, 'code', d.code, 'reason', d.reason, 'endedAt', d.ended_at,
                                    'nextTryAt', CASE WHEN d.state = 'waiting' THEN d.next_try_at END)
            FROM delivery d WHERE d.request_id = r.id) AS delivery,
         (SELECT jsonb_build_object('state', l.state, 'received', l.received, 'skipped', l.skipped,
                                    'attempts', l.attempts, 'code', l.code, 'reason', l.reason, 'endedAt', l.ended_at,
                                    'nextTryAt', CASE WHEN l.state = 'waiting' THEN l.next_try_at END)
            FROM pull l WHERE l.request_id = r.id) AS pull
    FROM request r,
         LATERAL (SELECT coalesce(sum(g.done), 0)::int AS done, coalesce(sum(g.failed), 0)::int AS failed,
                         coalesce(sum(g.invalid), 0)::int AS invalid
                    FROM range g WHERE g.request_id = r.id) p,
         LATERAL (SELECT count(*)::int AS unknown FROM record c
                   WHERE r.state = 'cancelled' AND c.request_id = r.id AND c.error_code = 'MTS-IDA-005') u,
         LATERAL (SELECT coalesce(jsonb_agg(to_jsonb(one) ORDER BY one.since), '[]') AS holds FROM (
                    ${holdsOfRequest('r.id', 'r.profile_id')}
                  ) one WHERE r.ended_at IS NULL AND r.cancel_asked_at IS NULL) h`;

const WANTED = `
   WHERE ($1::text IS NULL OR r.owner = $1)
     AND (r.state = ANY ($2) OR 'cancelling' = ANY ($2) AND ${CANCELLING})
     AND ($3::text IS NULL OR r.input = $3)
     AND ($4::timestamptz IS NULL OR r.created_at >= $4)
     AND ($5::timestamptz IS NULL OR r.created_at < $5)
     AND ($6::bigint IS NULL OR (r.created_at, r.id) < (to_timestamp(0) + $6 * interval '1 microsecond', $7::uuid))`;

const LIST = `${OVERVIEW} ${WANTED} ORDER BY r.created_at DESC, r.id DESC LIMIT $8`;

/** The parameters of WANTED. */
function wanted(filter: RequestFilter, after: ListPlace | undefined): unknown[] {
  return [
    filter.owner ?? null,
    filter.states ?? LISTED_STATES,
    filter.input ?? null,
    filter.from ?? null,
    filter.to ?? null,
    after?.createdAtMicros ?? null,
    after?.id ?? null,
  ];
}
