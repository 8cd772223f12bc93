import { ApiError, type RequestState } from '@mts/domain';
import { INPUTS } from '@mts/inputs';
import { LISTED_STATES, type ListPlace, type RequestFilter } from '@mts/store';

import { pageNumber } from './page-number.js';

/** The query of a list as it comes: a name that is given twice is a list. */
export type ListQuery = Readonly<Record<string, unknown>>;

/** Which requests are wanted, and from where on. */
export interface ListWish {
  readonly filter: RequestFilter;
  readonly after: ListPlace | undefined;
  readonly limit: number;
}

export const LISTED_INPUTS = INPUTS.map(({ id }) => id);

const LIMIT_MAX = 200;
const LIMIT_DEFAULT = 50;

/** @throws ApiError ATS-REQ-102 that names the parameter */
export function readListQuery(query: ListQuery): ListWish {
  return {
    filter: {
      owner: readText('owner', query),
      states: readStates(query),
      input: readInput(query),
      from: readMoment('from', query),
      to: readMoment('to', query),
    },
    after: readPlace(query),
    limit: pageNumber('limit', query['limit'], { from: 1, to: LIMIT_MAX, otherwise: LIMIT_DEFAULT }),
  };
}

/** Opaque to callers, so that it may become something else. */
export function cursorOf(place: ListPlace | undefined): string | null {
  return place === undefined
    ? null
    : Buffer.from(`${place.createdAtMicros} ${place.id}`).toString('base64url');
}

/** Microseconds as long as a bigint can hold them; an identifier. */
const PLACE = /^(\d{1,18}) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

function readPlace(query: ListQuery): ListPlace | undefined {
  const cursor = readText('cursor', query);
  if (cursor === undefined) return undefined;
  const [, createdAtMicros, id] = PLACE.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (createdAtMicros === undefined || id === undefined) {
    throw wrong('cursor', 'give nextCursor of the page before, as it came');
  }
  return { createdAtMicros, id };
}

/** Separated by commas, or the name given several times. */
function readStates(query: ListQuery): readonly RequestState[] | undefined {
  const given = [query['state'] ?? []]
    .flat()
    .flatMap((one) => (typeof one === 'string' ? one.split(',') : ['?']));
  const named = given.filter((one) => one !== '');
  if (named.length === 0) return undefined;
  const known = LISTED_STATES.filter((state) => named.includes(state));
  if (named.every((one) => known.some((state) => state === one))) return known;
  throw wrong('state', `some of ${LISTED_STATES.join(', ')} are expected`);
}

function readInput(query: ListQuery): string | undefined {
  const given = readText('input', query);
  if (given === undefined || LISTED_INPUTS.some((id) => id === given)) return given;
  throw wrong('input', `one of ${LISTED_INPUTS.join(', ')} is expected`);
}

/** PostgreSQL stores no NUL, and nothing that is looked for here has any of the others. */
const CONTROL = /\p{Cc}/u;

/** RFC 3339: a day (UTC), or a moment with its offset. Date.parse reads far more, and each machine otherwise. */
const MOMENT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

function readMoment(name: string, query: ListQuery): Date | undefined {
  // A plus sign in a query is a blank.
  const given = readText(name, query)?.replace(' ', '+');
  if (given === undefined) return undefined;
  const time = MOMENT.test(given) && isDay(given.slice(0, 10)) ? Date.parse(given) : Number.NaN;
  if (Number.isNaN(time))
    throw wrong(name, 'a day such as 2026-11-22 or a moment such as 2026-11-22T08:00:00Z is expected');
  return new Date(time);
}

/** Date.parse takes 30 February for 2 March. */
function isDay(text: string): boolean {
  const day = new Date(text);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

function readText(name: string, query: ListQuery): string | undefined {
  const given = query[name];
  if (given === undefined || given === '') return undefined;
  if (typeof given !== 'string') throw wrong(name, 'it is given more than once');
  if (CONTROL.test(given)) throw wrong(name, 'a text without control characters is expected');
  return given;
}

function wrong(field: string, problem: string): ApiError {
  return new ApiError('ATS-REQ-102', { field, problem });
}
