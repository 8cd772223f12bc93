import type { JsonValue, ReceivedRecord } from '@mts/domain';

/** Finds one value in a record; undefined when it is not there. */
export type Lookup = (record: ReceivedRecord) => JsonValue | undefined;

type Step = string | number;

/** `name`, `.name`, `."a name"`, `["a name"]` or `[0]`. */
const STEP = /(?:^|\.)(?:"(?<quoted>[^"]*)"|(?<plain>[^."[\]]+))|\[(?:"(?<key>[^"]*)"|(?<index>\d+))\]/y;

/**
 * What one entry of a mapping names: a field of exactly that name (as in version 1.0.1 of the original), else a path
 * (as in 1.1): `demo.full.first`, `repeat[0].line`, `"Full Name"`. A text that is neither finds nothing.
 */
export function compileLookup(entry: string): Lookup {
  const steps = parsePath(entry);
  const [first] = steps;
  if (first === undefined || (steps.length === 1 && first === entry))
    return (record) => ownValue(record, entry);
  return (record) => ownValue(record, entry) ?? followPath(record, steps);
}

function parsePath(text: string): readonly Step[] {
  const steps: Step[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < text.length) {
    const groups = STEP.exec(text)?.groups;
    if (groups === undefined) return [];
    const name = groups['quoted'] ?? groups['plain'] ?? groups['key'];
    steps.push(name ?? Number(groups['index']));
  }
  return steps;
}

function followPath(record: ReceivedRecord, steps: readonly Step[]): JsonValue | undefined {
  let value: JsonValue | undefined = record;
  for (const step of steps) {
    if (typeof step === 'number') value = isList(value) ? value[step] : undefined;
    else value = isObject(value) ? ownValue(value, step) : undefined;
  }
  return value;
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
