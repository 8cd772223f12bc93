import { RANGE_LENGTH_RECORDS } from '@mts/store';
import { expect, it } from 'vitest';

import { Backlog, type Unsent } from './backlog.js';

const PATIENT = { over: new AbortController().signal, leftMs: 60_000 };

function backlogOf(places: number): Backlog {
  return new Backlog({ places });
}

/** @returns what has been given by now to each that waits. */
async function given(...waiting: readonly Promise<Unsent | undefined>[]): Promise<(number | 'waits')[]> {
  const all = waiting.map(async (one) => Promise.race([one, settledFirst()]));
  return (await Promise.all(all)).map((unsent) => unsent?.records ?? 'waits');
}

async function settledFirst(): Promise<undefined> {
  await new Promise((resolve) => setImmediate(resolve));
  return undefined;
}

it('wants a range of each list of which there is none', async () => {
  const backlog = backlogOf(10);
  expect(await given(backlog.addWhenLow('a', PATIENT), backlog.addWhenLow('b', PATIENT))).toEqual([
    RANGE_LENGTH_RECORDS,
    RANGE_LENGTH_RECORDS,
  ]);
});

it('wants a further one when what is unsent of the list is two rounds of calls, and one only of those that wait', async () => {
  const backlog = backlogOf(10);
  const first = backlog.add('a');
  const waiting = [backlog.addWhenLow('a', PATIENT), backlog.addWhenLow('a', PATIENT)];
  first.note(21);
  expect(await given(...waiting)).toEqual(['waits', 'waits']);
  first.note(20);
  expect(await given(...waiting)).toEqual([RANGE_LENGTH_RECORDS, 'waits']);
});

it('counts all ranges of the list, until they have ended', async () => {
  const backlog = backlogOf(10);
  const [first, second] = [backlog.add('a'), backlog.add('a')];
  const waiting = backlog.addWhenLow('a', PATIENT);
  for (const unsent of [first, second]) unsent.note(11);
  expect([backlog.isLow('a'), await given(waiting)]).toEqual([false, ['waits']]);
  backlog.remove('a', first);
  expect(await given(waiting)).toEqual([RANGE_LENGTH_RECORDS]);
});

it('is waited for until the time of who waits is over, or ended', async () => {
  const backlog = backlogOf(10);
  backlog.add('a');
  const ended = new AbortController();
  const waiting = backlog.addWhenLow('a', { over: ended.signal, leftMs: 60_000 });
  ended.abort();
  expect(await waiting).toBeUndefined();
  expect(await backlog.addWhenLow('a', { ...PATIENT, leftMs: 10 })).toBeUndefined();
  expect(await backlog.addWhenLow('b', { ...PATIENT, over: ended.signal })).toBeUndefined();
});
