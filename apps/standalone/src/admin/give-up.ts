import {
  DataKeyUnwrapError,
  KekError,
  openRequestKey,
  RecordSealer,
  SealBrokenError,
  type SealedPlace,
} from '@mts/crypto';
import { errorText, type ErrorCode, type ResultRow } from '@mts/domain';
import {
  endOfTwins,
  FIRST_TWIN_AFTER,
  type Lease,
  type NewOutcome,
  type OpenRecord,
  RangeStore,
  type Request,
  RequestStore,
  type SetAsideRange,
  SetAsideStore,
  type TwinPlace,
} from '@mts/store';

import type { AdminAnswer } from './command.js';
import type { Deployment } from './deployment.js';
import { AdminError } from './outcome.js';
import { counted } from './table.js';

const GIVEN_UP = 'MTS-IDA-007' satisfies ErrorCode;
const ROW: ResultRow = { vid: null, token: null, errorCode: GIVEN_UP, errorMessage: errorText(GIVEN_UP) };
const LINES_TOLD_MAX = 20;
/** Stored in one statement: a person may stand in a list as often as it has lines. */
const BITE_RECORDS = 500;

type RangeName = Pick<SetAsideRange, 'requestId' | 'n'>;

/**
 * Ends the records of a set-aside range that do not open any more, and has the range go on, so that its list can end. What
 * was stored of them stays as long as that of the others.
 *
 * @throws AdminError when there is no such range, its keys cannot be had, or all its records open
 */
export async function giveUp(
  { database, openKeks }: Pick<Deployment, 'database' | 'openKeks'>,
  { requestId, n }: RangeName,
): Promise<AdminAnswer> {
  const [store, ranges] = [new SetAsideStore(database), new RangeStore(database)];
  const range = (await store.setAsideRanges()).find((one) => one.requestId === requestId && one.n === n);
  const request = await new RequestStore(database).find(requestId);
  if (range === undefined || request === null) throw noneLeft();
  const keys = await keysOf(request, openKeks);
  const open = await ranges.openRecords(range, 0, range.toLine - range.fromLine + 1);
  const broken = open.filter((record) => !opens(record, requestId, keys.input));
  if (broken.length === 0)
    throw new AdminError(
      'failed',
      `All records of this range can be read: nothing was given up. Once the cause is mended: npm run admin -- dead-letters put-back range/${requestId}/${String(n)}`,
    );
  const lease = await store.take(requestId, n);
  if (lease === undefined) throw noneLeft();
  const book: GivenUp = { ranges, lease, results: keys.results, lines: [] };
  await save(
    book,
    broken.map(({ line }) => line),
  );
  await saveTwins(book, new Set(book.lines));
  if (!(await store.putBack(requestId, n))) throw noneLeft();
  return answer({ requestId, n }, book.lines);
}

interface Keys {
  readonly input: RecordSealer;
  readonly results: RecordSealer;
}

/** With a key that is not that of the request all its records would look broken. */
async function keysOf(request: Request, openKeks: Deployment['openKeks']): Promise<Keys> {
  try {
    const keks = await openKeks();
    const [input, results] = [
      await openRequestKey(request, 'input', keks),
      await openRequestKey(request, 'results', keks),
    ];
    if (input === undefined || results === undefined) throw noneLeft();
    return { input: new RecordSealer(input), results: new RecordSealer(results) };
  } catch (error) {
    if (!(error instanceof KekError || error instanceof DataKeyUnwrapError)) throw error;
    const why =
      'Its key cannot be had, so nobody can tell which of its records are whole; nothing was given up.';
    throw new AdminError('failed', `${why} ${error.message}`, { cause: error });
  }
}

function opens({ line, sealedInput }: OpenRecord, requestId: string, sealer: RecordSealer): boolean {
  try {
    sealer.open(placeOf('sealed_input', requestId, line), sealedInput);
    return true;
  } catch (error) {
    if (error instanceof SealBrokenError) return false;
    throw error;
  }
}

/** What is given up, and how far that has come. */
interface GivenUp {
  readonly ranges: RangeStore;
  readonly lease: Lease;
  readonly results: RecordSealer;
  readonly lines: number[];
}

async function save({ ranges, lease, results, lines }: GivenUp, more: readonly number[]): Promise<void> {
  const outcomes = more.map((line) => outcomeOf(line, lease.requestId, results));
  const lost = await ranges.saveOutcomes(outcomes.map((outcome) => ({ lease, outcome })));
  if (lost.has(lease)) throw noneLeft();
  lines.push(...more);
}

/** Also the lines that share their outcome: of the same person nobody is asked twice. Others of the range wait for a seeder. */
async function saveTwins(book: GivenUp, givenUp: ReadonlySet<number>): Promise<void> {
  let after: TwinPlace | undefined = FIRST_TWIN_AFTER;
  while (after !== undefined) {
    const bite = await book.ranges.openTwins(book.lease, after, BITE_RECORDS);
    await save(
      book,
      bite.filter((one) => givenUp.has(one.line)).flatMap(({ twins }) => twins),
    );
    after = endOfTwins(bite);
  }
}

function outcomeOf(line: number, requestId: string, results: RecordSealer): NewOutcome {
  return {
    line,
    state: 'error',
    sealedOutcome: results.seal(placeOf('sealed_outcome', requestId, line), Buffer.from(JSON.stringify(ROW))),
    errorCode: GIVEN_UP,
    tokenIndex: null,
  };
}

function placeOf(column: string, requestId: string, line: number): SealedPlace {
  return { table: 'record', column, requestId, line };
}

function answer({ requestId, n }: RangeName, unsorted: readonly number[]): AdminAnswer {
  const lines = unsorted.toSorted((a, b) => a - b);
  const told = lines.slice(0, LINES_TOLD_MAX).join(', ');
  const which = lines.length > LINES_TOLD_MAX ? `${told}, …` : told;
  const id = `range/${requestId}/${String(n)}`;
  return {
    text: `${counted(lines.length, 'record')} of ${id} given up (line ${which}): the result says ${GIVEN_UP} there, "${errorText(GIVEN_UP)}". The range goes on.`,
    json: { id, code: GIVEN_UP, lines },
  };
}

function noneLeft(): AdminError {
  return new AdminError(
    'not-found',
    'There is no range set aside of this id (any more): see dead-letters list; one that is tried again by itself stands in holds list.',
  );
}
