import { isFinished } from '@mts/domain';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { LeaseLostError, type OpenRecord } from './range-store.js';
import { outcome, type StoreFixture, storeFixture } from './spec-support/fixture.js';
import { SteeringStore } from './steering-store.js';

const RANGES = [0, 1, 2];
const LIST = Array.from({ length: RANGES.length * 500 }, () => ({}));
const ROUNDS = 12;
const STEPS = 40;
const SILENCE = 'MTS-IDA-001';

let fixture: StoreFixture;
let steering: SteeringStore;
beforeAll(async () => {
  fixture = await storeFixture();
  steering = new SteeringStore(fixture.database, fixture.requests);
});
afterAll(async () => fixture.database.close());

/** Numbers below a bound, the same in each run (a linear congruential generator; Numerical Recipes, 7.1). */
function numbers(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/** Does what a seeder does with a range that it can take: asks about some records, and hands it back. */
async function workOn(id: string, n: number, ask: (open: readonly OpenRecord[]) => Asked): Promise<void> {
  const lease = await fixture.ranges.take(id, n);
  if (lease === undefined) return;
  try {
    const { answered, silent } = ask(await fixture.ranges.openRecords(lease, 0, LIST.length));
    await fixture.ranges.markSent(lease, Math.max(0, ...answered.map(({ line }) => line), ...silent));
    await fixture.saveOutcomes(lease, answered);
    await fixture.ranges.mark(lease, silent, 'unknown');
    await fixture.ranges.finish(lease);
  } catch (error) {
    if (!(error instanceof LeaseLostError)) throw error;
  }
}

interface Asked {
  readonly answered: ReturnType<typeof outcome>[];
  readonly silent: number[];
}

/** Tokens, errors that may be asked again, and silence. */
const askSome = (open: readonly OpenRecord[]): Asked => {
  const lines = open.slice(0, 100).map(({ line }) => line);
  return {
    answered: lines
      .filter((line) => line % 5 > 0)
      .map((line) => (line % 5 > 1 ? outcome(line) : { ...outcome(line, 'error'), errorCode: SILENCE })),
    silent: lines.filter((line) => line % 5 === 0),
  };
};

const askAll = (open: readonly OpenRecord[]): Asked => ({
  answered: open.map(({ line }) => outcome(line)),
  silent: [],
});

/** What is done to a request in one round, some of it again and again. */
function actsOf(id: string, round: number): (() => Promise<unknown>)[] {
  return [
    async () => steering.pause(id),
    async () => steering.resume(id, 'operator'),
    async () => fixture.database.transaction(async (tx) => steering.retry(id, [SILENCE], tx)),
    async () => fixture.endCancelled(),
    ...(round % 3 === 0 ? [] : [async () => steering.cancel(id)]),
    ...(round % 6 === 5 ? [async () => steering.erase(id)] : []),
  ];
}

async function stateOf(id: string): Promise<string> {
  const state = (await fixture.requests.find(id))?.state;
  if (state === undefined) throw new Error('the request is gone');
  return isFinished(state) || state === 'archived' ? state : 'works';
}

/** Whoever works on does so until it has ended. */
async function workToTheEnd(id: string): Promise<string> {
  await steering.resume(id, 'operator');
  while ((await stateOf(id)) === 'works') {
    for (const n of RANGES) await workOn(id, n, askAll);
    await fixture.endCancelled();
  }
  return stateOf(id);
}

/** Ranges that are held, or that do not count what their records are. */
async function wrongRanges(id: string): Promise<unknown[]> {
  return fixture.database.query(
    `SELECT * FROM (
       SELECT n, done - count(*) FILTER (WHERE state = 'processed') AS done, failed - count(*) FILTER (WHERE state = 'error') AS failed,
              lease_until > now() AS held
         FROM range g JOIN record r ON r.request_id = g.request_id AND r.line BETWEEN g.from_line AND g.to_line
        WHERE g.request_id = $1 GROUP BY n, done, failed, lease_until
     ) one WHERE done <> 0 OR failed <> 0 OR held`,
    [id],
  );
}

it('whatever several do to a request at once, it ends, nobody holds it then, and its counts are those of its records', async () => {
  const below = numbers(20_261_122);
  const ends = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const { id } = await fixture.submit(LIST, { keepsInput: true });
    const acts = actsOf(id, round);
    const doing: Promise<unknown>[] = [];
    for (let step = 0; step < STEPS; step += 1) {
      doing.push(workOn(id, step % RANGES.length, askSome));
      if (step > 3 && below(3) === 0) doing.push(acts[below(acts.length)]?.() ?? Promise.resolve());
      // So that what follows meets what is under way at any place of it.
      if (step % 4 === 0) await doing[below(doing.length)];
    }
    await Promise.all(doing);
    ends.add(await workToTheEnd(id));
    // Once more, of what has ended: some of it is asked again.
    await Promise.all([...acts, ...acts].map(async (act) => act()));
    const end = await workToTheEnd(id);
    ends.add(end);
    const wrong = end === 'archived' ? await fixture.states(id) : await wrongRanges(id);
    expect(wrong).toEqual([]);
  }
  expect([...ends].toSorted()).toEqual(['archived', 'cancelled', 'processed', 'processed_with_errors']);
}, 120_000);
