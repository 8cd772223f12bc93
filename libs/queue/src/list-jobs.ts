import type { Posting, Queues, TransactionDb } from './queues.js';

/** The turn of a list among all that wait. */
export function listJob(requestId: string): Posting<'list'> {
  return { message: { v: 1, requestId }, key: requestId };
}

/** A range that a seeder which is gone has left. */
export function leftRangeJob(requestId: string, n: number): Posting<'left'> {
  return { message: { v: 1, requestId, n }, key: rangeKey(requestId, n) };
}

/** One range of a list, for a place that the turns of the lists leave free. */
export function rangeJob(requestId: string, n: number): Posting<'authenticate'> {
  return { message: { v: 1, requestId, n }, key: rangeKey(requestId, n), group: requestId };
}

/** Hands in a list that has work in these ranges, in the transaction that gives them to it; nothing where there are none. */
export async function postList(
  queues: Pick<Queues, 'post'>,
  requestId: string,
  ranges: readonly number[],
  db: TransactionDb,
): Promise<void> {
  if (ranges.length === 0) return;
  await queues.post('list', [listJob(requestId)], db);
  await queues.post(
    'authenticate',
    ranges.map((n) => rangeJob(requestId, n)),
    db,
  );
}

function rangeKey(requestId: string, n: number): string {
  return `${requestId}/${String(n)}`;
}
