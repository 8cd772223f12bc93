/**
 * The states of a request.
 *
 * ```
 * receiving | pulling ──► submitted ──► processing ──► processed | processed_with_errors
 * receiving | pulling ──► submitted_with_errors               (no usable record: nothing to ask)
 * receiving | pulling ──► processed | processed_with_errors   (only to be validated)
 * pulling | submitted | processing ──► cancelled
 * processed_with_errors ──► processing                        (some of its records are asked again)
 * processed | processed_with_errors | submitted_with_errors | cancelled ──► archived
 * pulling | submitted | processing ──► archived               (paused, or held until somebody lifts that, for all its age)
 * ```
 *
 * `receiving` is invisible to callers until its last transaction; a broken upload is swept away from there. `pulling` is
 * the same of a list that a seeder fetches from a source, and visible: its caller has been given the identifier.
 * Beside the state stands a set of holds: work goes on only while it is empty.
 */
export const REQUEST_STATES = [
  'receiving',
  'pulling',
  'submitted',
  'processing',
  'processed',
  'processed_with_errors',
  'submitted_with_errors',
  'cancelled',
  'archived',
] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

const REQUEST_MOVES: Readonly<Record<RequestState, readonly RequestState[]>> = {
  receiving: ['submitted', 'submitted_with_errors', 'processed', 'processed_with_errors'],
  pulling: [
    'submitted',
    'submitted_with_errors',
    'processed',
    'processed_with_errors',
    'cancelled',
    'archived',
  ],
  submitted: ['processing', 'cancelled', 'archived'],
  processing: ['processed', 'processed_with_errors', 'cancelled', 'archived'],
  processed: ['archived'],
  processed_with_errors: ['processing', 'archived'],
  submitted_with_errors: ['archived'],
  cancelled: ['archived'],
  archived: [],
};

/** Throws when a request may not move so; a defect of ours, never a caller's doing. */
export function assertRequestMove(from: RequestState, to: RequestState): void {
  if (!REQUEST_MOVES[from].includes(to)) throw new Error(`A request cannot go from ${from} to ${to}`);
}

/** States in which results can be read. */
export const FINISHED_REQUEST_STATES = [
  'processed',
  'processed_with_errors',
  'submitted_with_errors',
  'cancelled',
] as const satisfies readonly RequestState[];

export function isFinished(state: RequestState): boolean {
  return (FINISHED_REQUEST_STATES as readonly RequestState[]).includes(state);
}

/**
 * The states of a record.
 *
 * ```
 * submitted ──► sent ──► processed | error
 * sent ──► unknown ──► sent                  (once more)
 * sent ──► submitted                         (not asked: the call never reached IDA, or was refused before the look-up)
 * submitted | sent | unknown ──► error       (given up: cannot be asked, or not again)
 * error ──► submitted                        (its request is retried)
 * invalid                                    (refused before IDA, from the start)
 * ```
 *
 * The first `sent` of a record is not written row by row: a record is sent when its line is at or below its range's
 * `sent_through_line`. `unknown` is a record that was sent and of which no answer is known. Lines that share the outcome of
 * another are never sent: they come to it when that one does.
 */
export const RECORD_STATES = ['submitted', 'sent', 'unknown', 'processed', 'error', 'invalid'] as const;
export type RecordState = (typeof RECORD_STATES)[number];

/** States of a record that has its outcome. It leaves none but `error`, and that only when its request is retried. */
export const FINAL_RECORD_STATES = [
  'processed',
  'error',
  'invalid',
] as const satisfies readonly RecordState[];

/** What holds work up: the connection to IDA, for all requests; one request's own records; or whoever has paused it. */
export type HoldKind = 'profile' | 'request' | 'operator';

export interface Hold {
  readonly kind: HoldKind;
  /** A code of IDA's or of our catalogue. */
  readonly code: string;
  /** For people: what happened and what ends the hold. */
  readonly reason: string;
  readonly since: Date;
  /** When it is next found out whether it is over; null where only a resume ends it. */
  readonly nextTryAt: Date | null;
}

/**
 * The states of a pull: of fetching a list from a source.
 *
 * ```
 * waiting ──► pulling ──► pulled
 * pulling ──► waiting              (for its next try)
 * pulling ──► failed               (for good, or for too long)
 * waiting | pulling ──► failed     (its request was cancelled)
 * ```
 *
 * `waiting` for a seeder, or for its next try; `pulling` under a lease.
 */
export const PULL_STATES = ['waiting', 'pulling', 'pulled', 'failed'] as const;
export type PullState = (typeof PULL_STATES)[number];

/**
 * The states of a delivery.
 *
 * ```
 * pending ──► waiting ──► delivering ──► delivered
 * delivering ──► waiting                                  (for its next try)
 * delivering ──► failed                                   (for good, or the receiver refused some records)
 * pending | waiting | delivering | failed ──► withheld    (it was cancelled, or its request cancelled or erased)
 * failed | withheld ──► waiting                           (it is asked for again)
 * delivered | failed | waiting ──► withheld ──► waiting   (it is asked for again, for another receiver)
 * waiting | delivering | delivered | failed | withheld ──► pending   (its request is retried)
 * ```
 *
 * `pending` until its request has ended; `waiting` for a seeder, or for its next try; `delivering` under a lease.
 */
export const DELIVERY_STATES = [
  'pending',
  'waiting',
  'delivering',
  'delivered',
  'failed',
  'withheld',
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];
