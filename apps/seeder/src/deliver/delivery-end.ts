import { errorText } from '@mts/domain';
import { CallbackFault } from '@mts/outputs';
import type { DeliveryEnd, DeliveryLease } from '@mts/store';

import { backOffMs } from '../back-off.js';
import type { RunResult } from './delivery-run.js';

export interface EndedRun {
  readonly lease: Pick<DeliveryLease, 'attempts' | 'dueSince'>;
  readonly result: RunResult;
  /** Records that the receiver has refused, now and before. */
  readonly refused: number;
  readonly now: Date;
  /** After so long without success a delivery has failed for good. */
  readonly ageHoursMax: number;
}

const HOUR_MS = 3_600_000;
/** A receiver that has not answered in time may still be at it: it is left alone for at least so long. */
const UNANSWERED_PAUSE_MS = 30_000;

/** What becomes of a delivery after a run: done, failed for good or in part, or to be tried again. */
export function endAfter(run: EndedRun): DeliveryEnd {
  const { fault, refusal, hasDelivered, isStopped } = run.result;
  const attempts = hasDelivered ? 0 : run.lease.attempts;
  if (fault !== undefined) return endAfterFault(fault, attempts + 1, run);
  if (isStopped) return { state: 'waiting', attempts, tryInMs: 0 };
  if (run.refused === 0) return { state: 'delivered' };
  const details = { limit: run.refused, ...(refusal !== undefined && { problem: refusal.message }) };
  return { state: 'failed', code: 'MTS-DLV-111', reason: errorText('MTS-DLV-111', details) };
}

function endAfterFault(
  fault: NonNullable<RunResult['fault']>,
  attempts: number,
  { lease, now, ageHoursMax }: EndedRun,
): DeliveryEnd {
  const { code, message: reason } = fault;
  if (!(fault instanceof CallbackFault) || !fault.canPass) return { state: 'failed', code, reason };
  const leastMs = fault.code === 'MTS-DLV-103' ? UNANSWERED_PAUSE_MS : 0;
  const tryInMs = Math.max(fault.retryAfterMs ?? leastMs, backOffMs(attempts, Math.random()));
  const ageMs = now.getTime() - lease.dueSince.getTime();
  const isTooOld = ageMs + tryInMs > ageHoursMax * HOUR_MS;
  return isTooOld ? { state: 'failed', code, reason } : { state: 'waiting', attempts, tryInMs, code, reason };
}
