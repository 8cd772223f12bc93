/**
 * The states of a request.
 *
 * ```
 * receiving | pulling ──► submitted ──► processing ──► processed
 *     │                       │              ├───────► processed_with_errors
 *     │                       └──────────────┴───────► cancelled
 *     ├───────► submitted_with_errors            (no usable record: nothing to ask)
 *     └───────► processed | processed_with_errors   (only to be validated)
 * pulling ──► cancelled
 * processed_with_errors ──► processing           (some of its records are asked again)
 * processed | processed_with_errors | submitted_with_errors | cancelled ──► archived
 * submitted | pulling ──► archived               (never started within its age)
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
  submitted: ['processing', 'processed', 'processed_with_errors', 'cancelled', 'archived'],
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
 *     │           └───► unknown ──► sent (once more) ──► processed | error
 *     └ invalid: refused before IDA, from the start
 * ```
 *
 * The first `sent` of a record is not written row by row: a record is sent when its line is at or below its range's
 * `sent_through_line`. `unknown` is a record that was sent and of which no answer is known.
 */
export const RECORD_STATES = ['submitted', 'sent', 'unknown', 'processed', 'error', 'invalid'] as const;
export type RecordState = (typeof RECORD_STATES)[number];

/** States that a record never leaves. */
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
 * waiting ◄──► pulling ──► pulled
 *    │            └──────► failed    (for good, or for too long)
 *    └───────────────────► failed    (its request was cancelled)
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
 * pending ──► waiting ◄──► delivering ──► delivered
 *                ▲              └───────► failed        (for good, or the receiver refused some records)
 *                └── failed | delivered | withheld: it is asked for again, or records were asked again
 * pending ──► withheld                              (its request was cancelled, or erased)
 * waiting | delivering ──► withheld                 (it was cancelled itself, or its request was erased)
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
