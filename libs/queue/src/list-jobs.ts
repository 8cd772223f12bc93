import { HELPERS_CALLED_MAX } from '@mts/domain';

import type { Posting, Queues, TransactionDb } from './queues.js';

/** The turn of a list among all that wait. */
export function listJob(requestId: string): Posting<'list'> {
  return { message: { v: 1, requestId }, key: requestId };
}

/** A range that a seeder which is gone has left. */
export function leftRangeJob(requestId: string, n: number): Posting<'left'> {
  return { message: { v: 1, requestId, n }, key: `${requestId}/${String(n)}` };
}

/** A place that helps with a list, beside its turn. @param helper told apart by it from the others of the list */
export function helperJob(requestId: string, helper: number): Posting<'authenticate'> {
  return { message: { v: 1, requestId, helper }, key: `${requestId}/${String(helper)}`, group: requestId };
}

/** As many helpers as there are ranges to be worked on, to a maximum. */
export function helperJobs(requestId: string, ranges: number): readonly Posting<'authenticate'>[] {
  return Array.from({ length: Math.min(ranges, HELPERS_CALLED_MAX) }, (_, helper) =>
    helperJob(requestId, helper),
  );
}

/** Hands in a list that has work in so many ranges, in the transaction that gives it to them; nothing where there are none. */
export async function postList(
  queues: Pick<Queues, 'post'>,
  requestId: string,
  ranges: number,
  db: TransactionDb,
): Promise<void> {
  if (ranges === 0) return;
  await queues.post('list', [listJob(requestId)], db);
  await queues.post('authenticate', helperJobs(requestId, ranges), db);
}
