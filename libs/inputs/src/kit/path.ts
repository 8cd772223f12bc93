import { type JsonValue, type ReceivedRecord, isList, isObject } from '@mts/domain';
import type { Looks } from './looks.js';

/** Finds one value in a record; undefined when it is not there, or when that took more looks than there were. */
export type Lookup = (record: ReceivedRecord, looks: Looks) => JsonValue | undefined;

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
  const exact: Lookup = (record, looks) => (looks.take() ? ownValue(record, entry) : undefined);
  if (first === undefined || (steps.length === 1 && first === entry)) return exact;
  return (record, looks) => exact(record, looks) ?? firstOutput(record, steps, looks);
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

/** Values that a step has found and that are still to be looked at, and which step comes after it. */
interface Level {
  readonly values: Iterator<JsonValue>;
  readonly at: number;
}

/** The first of all values that jq would give, one after the other; undefined where jq would end with an error. */
function firstOutput(record: ReceivedRecord, steps: readonly Step[], looks: Looks): JsonValue | undefined {
  // No recursion: how much stack there is differs between the threads that read a record.
  const levels: Level[] = [{ values: [record].values(), at: 0 }];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const next = level.values.next();
    if (next.done === true) {
      levels.pop();
      continue;
    }
    if (!looks.take()) return undefined;
    const { value } = next;
    const step = steps[level.at];
    if (step === undefined) return value;
    const found = step === OPTIONAL ? [value] : into(value, step, looks);
    if (found !== undefined) levels.push({ values: found.values(), at: level.at + 1 });
    else if (steps[level.at + 1] !== OPTIONAL) return undefined;
  }
  return undefined;
}

/** @returns undefined where the value has no such inside: a number has no fields */
function into(
  value: JsonValue,
  step: Exclude<Step, typeof OPTIONAL>,
  looks: Looks,
): readonly JsonValue[] | undefined {
  if (step === EACH) {
    if (isObject(value)) return looks.takeAll(Object.values(value));
    return isList(value) ? value : undefined;
  }
  if (value === null) return [null];
  if (typeof step === 'string') return isObject(value) ? [ownValue(value, step) ?? null] : undefined;
  if (typeof step === 'number') return isList(value) ? [value.at(step) ?? null] : undefined;
  if (isList(value)) return [looks.takeAll(value.slice(step.from, step.to))];
  if (typeof value !== 'string') return undefined;
  // By characters, as jq: a half of one would be no text.
  return looks.takeText(value) ? [Array.from(value).slice(step.from, step.to).join('')] : [];
}

/** Inherited names (`constructor`) are not fields of a record. */
export function ownValue(record: ReceivedRecord, key: string): JsonValue | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
