import { isFinished } from '@mts/domain';
import { mayBeAskedAgain } from '@mts/ida-client/ask-again';
import type { DeliveryOverview, ErrorCount, PullOverview, RequestOverview } from '@mts/store';

import { estimatedRemainingSeconds, statusWord, type StatusWord } from './status.js';

const HOUR_MS = 3_600_000;

/** What a caller reads of a request: nothing of it is personal data. */
export interface Overview extends Omit<
  RequestOverview,
  'createdAt' | 'eraseAt' | 'heldSeconds' | 'hasInput' | 'delivery' | 'pull'
> {
  /** The word that clients of the original know. */
  readonly status: StatusWord;
  readonly recordsKept: boolean;
  readonly submittedAt: Date;
  readonly expiresAt: Date | null;
  readonly estimatedRemainingSeconds: number | null;
  readonly delivery: DeliveryOverview | null;
  readonly pull: PullOverview | null;
}

export function overviewOf(request: RequestOverview, requestAgeHoursMax: number, now: Date): Overview {
  const { createdAt, eraseAt: _eraseAt, heldSeconds, hasInput, ...shown } = request;
  const { state, cancelling, holds, startedAt } = request;
  return {
    ...shown,
    status: statusWord(state, holds, request.delivery?.state),
    recordsKept: hasInput,
    submittedAt: createdAt,
    expiresAt: expiresAt(request, requestAgeHoursMax),
    estimatedRemainingSeconds: estimatedRemainingSeconds(
      { state, cancelling, progress: request, holds, startedAt, heldSeconds },
      now,
    ),
  };
}

/** When the results go; null while there are none, for age erases nothing that still works. */
function expiresAt({ state, endedAt, eraseAt }: RequestOverview, requestAgeHoursMax: number): Date | null {
  if (!isFinished(state) || endedAt === null) return null;
  const byAge = new Date(endedAt.getTime() + requestAgeHoursMax * HOUR_MS);
  return eraseAt !== null && eraseAt < byAge ? eraseAt : byAge;
}

/** How many records have one error. */
export interface ErrorSummary extends ErrorCount {
  /** Whether a retry would ask about them again now. */
  readonly mayBeAskedAgain: boolean;
}

/** With the records that were cancelled before they were asked, whose error stands nowhere but in the results. */
export function errorSummaries(request: RequestOverview, counts: readonly ErrorCount[]): ErrorSummary[] {
  const { state, notAsked, hasInput } = request;
  const isCut = state === 'cancelled' && notAsked > 0;
  const all = isCut ? [...counts, { code: 'MTS-IDA-002', count: notAsked }] : counts;
  const isRetried = state === 'processed_with_errors' && hasInput;
  return all.map((one) => ({ ...one, mayBeAskedAgain: isRetried && mayBeAskedAgain(one.code) }));
}
