import type { JsonValue, ReceivedRecord } from '@mts/domain';

/** Finds one value in a record; undefined when it is not there. */
export type Lookup = (record: ReceivedRecord) => JsonValue | undefined;

/** All elements of a list, or all values of an object. */
const EACH = Symbol('each');
/** What the step before does not fit is left out instead of ending the search. */
const OPTIONAL = Symbol('optional');

interface Slice {
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/** A text is a field's name, a number the place in a list; counted from its end if negative. */
export type Step = string | number | Slice | typeof EACH | typeof OPTIONAL;

/** A JSON string (RFC 8259, section 7). */
const QUOTED = String.raw`"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"`;
const PLAIN = String.raw`[^."[\]|?\s](?:[^."[\]|?]*[^."[\]|?\s])?`;
const FIELD = String.raw`(?:^\.?|\.)(?:(?<name>${QUOTED})|(?<plain>${PLAIN}))`;
const SLICE = String.raw`(?<from>-?\d+)?(?<colon>:)(?<to>-?\d+)?`;
const BRACKET = String.raw`\.?\[(?:(?<key>${QUOTED})|(?<index>-?\d+)|${SLICE}|(?<each>))\]`;
/** What follows is a path of its own, begun with a dot; a dot alone is what there is already. */
const PIPE = String.raw`\s*\|\s*(?:\.(?=\s*(?:\||$))|(?=\.))`;
const STEP = new RegExp(String.raw`${FIELD}|${BRACKET}|(?<optional>\?)|${PIPE}`, 'y');

/**
 * What one entry of a mapping names: a field of exactly that name (as in version 1.0.1 of the original), else a path
 * (as in 1.1, which reads it as jq's `.` with the entry behind): `demo.full.first`, `repeat[0].line`, `"Full Name"`,
 * `ids[-1]`, `visit[0:10]`, `people[].name`, `demo? | .full`. Of several values the first counts. What is more than a
 * path finds nothing: no function of jq is ever called.
 */
export function compileLookup(entry: string): Lookup {
  const steps = parsePath(entry);
  const [first] = steps;
  if (first === undefined || (steps.length === 1 && first === entry))
    return (record) => ownValue(record, entry);
  return (record) => ownValue(record, entry) ?? outputs(record, steps, 0).next().value;
}

/** @returns nothing for what is no path */
export function parsePath(text: string): readonly Step[] {
  const steps: Step[] = [];
  const path = text.trimEnd();
  STEP.lastIndex = 0;
  while (STEP.lastIndex < path.length) {
    const groups = STEP.exec(path)?.groups;
    if (groups === undefined) return [];
    const step = readStep(groups);
    if (step !== undefined) steps.push(step);
  }
  return steps;
}

type Groups = Readonly<Record<string, string | undefined>>;

/** @returns undefined for a pipe: one step after the other is what a path is anyway */
function readStep({ name, key, plain, index, colon, from, to, each, optional }: Groups): Step | undefined {
  const quoted = name ?? key;
  if (quoted !== undefined) return JSON.parse(quoted) as string;
  if (plain !== undefined) return plain;
  if (index !== undefined) return Number(index);
  if (colon !== undefined) return { from: numberIn(from), to: numberIn(to) };
  if (each !== undefined) return EACH;
  return optional === undefined ? undefined : OPTIONAL;
}

function numberIn(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

/** As jq gives them, the one after the other; undefined where jq would end with an error. */
function* outputs(
  value: JsonValue,
  steps: readonly Step[],
  at: number,
): Generator<JsonValue | undefined, undefined, undefined> {
  const step = steps[at];
  if (step === undefined) {
    yield value;
    return;
  }
  const found = step === OPTIONAL ? [value] : into(value, step);
  if (found === undefined && steps[at + 1] !== OPTIONAL) yield undefined;
  for (const one of found ?? []) yield* outputs(one, steps, at + 1);
}

/** @returns undefined where the value has no such inside: a number has no fields */
function into(value: JsonValue, step: Exclude<Step, typeof OPTIONAL>): readonly JsonValue[] | undefined {
  if (step === EACH) {
    if (isObject(value)) return Object.values(value);
    return isList(value) ? value : undefined;
  }
  if (value === null) return [null];
  if (typeof step === 'string') return isObject(value) ? [ownValue(value, step) ?? null] : undefined;
  if (typeof step === 'number') return isList(value) ? [value.at(step) ?? null] : undefined;
  if (isList(value)) return [value.slice(step.from, step.to)];
  // By characters, as jq: a half of one would be no text.
  return typeof value === 'string' ? [Array.from(value).slice(step.from, step.to).join('')] : undefined;
}

/** Inherited names (`constructor`) are not fields of a record. */
export function ownValue(record: ReceivedRecord, key: string): JsonValue | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

export function isObject(value: JsonValue | undefined): value is ReceivedRecord {
  return typeof value === 'object' && value !== null && !isList(value);
}
