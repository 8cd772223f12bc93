import { type DeliveryState, type Hold, isFinished, type RequestState } from '@mts/domain';
import type { Progress } from '@mts/store';

/** Words of the original for where a request is. */
export const STATUS_WORDS = [
  'submitted',
  'processing',
  'processed',
  'processed_with_errors',
  'error_making_callback_request',
] as const;
export type StatusWord = (typeof STATUS_WORDS)[number];

/**
 * The word that clients of the original know.
 *
 * A list without a usable record is `processed_with_errors` at once: the original showed `submitted_with_errors` for the
 * moment until its file was written, and here the result can be fetched from the beginning. When a callback has failed for
 * good the results can be fetched all the same. A list that is fetched is `submitted` until it is there, whatever holds it.
 *
 * @param delivery undefined where the results are only downloaded
 */
export function statusWord(
  state: RequestState,
  holds: readonly Hold[],
  delivery: DeliveryState | undefined,
): StatusWord {
  if (isFinished(state) && delivery === 'failed') return 'error_making_callback_request';
  if (isFinished(state)) return state === 'processed' ? 'processed' : 'processed_with_errors';
  const isBegun = state === 'processing' || (state === 'submitted' && holds.length > 0);
  return isBegun ? 'processing' : 'submitted';
}

/** How a request stands, for {@link estimatedRemainingSeconds}. */
export interface Standing {
  readonly state: RequestState;
  readonly cancelling: boolean;
  readonly progress: Progress;
  readonly holds: readonly Hold[];
  readonly startedAt: Date | null;
  /** Of the time since then in which nothing could be asked. */
  readonly heldSeconds: number;
}

/**
 * From the progress so far; null while that says nothing: before the first answers, and while
 * something holds it or it is being cancelled.
 */
export function estimatedRemainingSeconds(standing: Standing, now: Date): number | null {
  const { state, cancelling, progress, holds, startedAt, heldSeconds } = standing;
  if (isFinished(state)) return 0;
  if (cancelling) return null;
  const answered = progress.done + progress.failed;
  if (startedAt === null || answered === 0 || holds.length > 0) return null;
  const remaining = progress.total - progress.invalid - answered;
  const elapsedSeconds = Math.max(0, (now.getTime() - startedAt.getTime()) / 1000 - heldSeconds);
  return Math.ceil((elapsedSeconds / answered) * remaining);
}
