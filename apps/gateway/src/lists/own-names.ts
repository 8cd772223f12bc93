import { ApiError, type JsonValue, isAbsent, isList, isObject, type JsonObject } from '@mts/domain';

import type { ListOptionsDto } from './list-request.js';

/** Whom a request is about: a list of people, or one person whose answer is waited for. */
export type Subject = 'list' | 'person';

const REQUEST = 'request';
const OPTIONS = 'request.options';
type Place = typeof REQUEST | typeof OPTIONS;

/**
 * Where each name stands that the original does not have. Elsewhere, or in other letters, such a name would be ignored
 * like any unknown field: then people would be asked about who were only to be checked, or results kept that were to go.
 */
const PLACES: Readonly<Record<string, Place>> = {
  validateOnly: REQUEST,
  correlationId: REQUEST,
  otp: REQUEST,
  biometrics: REQUEST,
  deliver: OPTIONS,
  eraseAfterDownload: OPTIONS,
} satisfies Record<keyof ListOptionsDto, Place> & Record<string, Place>;

const OF_ONE_PERSON: ReadonlySet<string> = new Set(['otp', 'biometrics']);
const OPTION_NAMES = Object.keys(PLACES).filter((name) => PLACES[name] === OPTIONS);
const NAMES = new Map(Object.keys(PLACES).map((name) => [name.toLowerCase(), name]));

/** Objects within the request in which one of our names may have ended up; of a record any name is its own. */
const INNER = ['options', 'mapping', 'odkconfig', 'callbackProperties'] as const;

/** A name that is given back in an error text: what is long or odd may be anything. */
const PRESENTABLE = /^\w{1,40}$/;

/**
 * Refuses what would be ignored although it was meant for us: our own names in a wrong place, and any unknown option.
 * Other unknown fields are ignored, as the original does; so is what is empty, see AbsentWhenEmpty.
 *
 * @throws ApiError ATS-REQ-102, which says where the name belongs
 */
export function assertOwnNamesInPlace(envelope: JsonValue, subject: Subject): void {
  const outer = isObject(envelope) ? envelope : {};
  const request = objectIn(outer, 'request');
  const places: [string, JsonObject][] = [
    ['', outer],
    [REQUEST, request],
    ...INNER.map((name): [string, JsonObject] => [`${REQUEST}.${name}`, objectIn(request, name)]),
  ];
  for (const [place, object] of places) {
    for (const [name, value] of Object.entries(object)) {
      const problem = isBlank(value) ? undefined : problemOf(place, name, subject);
      if (problem !== undefined) throw new ApiError('ATS-REQ-102', { field: pathOf(place, name), problem });
    }
  }
}

function problemOf(place: string, name: string, subject: Subject): string | undefined {
  const own = NAMES.get(name.toLowerCase());
  if (own === undefined)
    return place === OPTIONS ? `no such option; there are ${OPTION_NAMES.join(' and ')}` : undefined;
  if (subject === 'list' && OF_ONE_PERSON.has(own))
    return 'for one person, and not with a list or a callback';
  const right = pathOf(PLACES[own] ?? '', own);
  return right === pathOf(place, name) ? undefined : `would be ignored here; give it as ${right}`;
}

function pathOf(place: string, name: string): string {
  const end = PRESENTABLE.test(name) ? name : '…';
  return place === '' ? end : `${place}.${end}`;
}

function objectIn(object: JsonObject, name: string): JsonObject {
  const value = object[name];
  return isObject(value) ? value : {};
}

function isBlank(value: JsonValue): boolean {
  return isAbsent(value) || (isList(value) && value.length === 0);
}
