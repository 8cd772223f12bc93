import { AUTH_FIELDS, type JsonValue } from '@mts/domain';

import type { Mapping } from '../kit/mapping.js';
import { isList, isObject, parsePath } from '../kit/path.js';
import { OdkFault } from './fault.js';

/** The fields of a form by their path, such as `/demographics/fname`, as OData names them; with their type. */
export type FormFields = ReadonlyMap<string, string>;

/** Of every submission, whatever is mapped: who it is, when it came, and whether it is encrypted. */
const ALWAYS_SELECTED = ['__id', '__system/submissionDate', '__system/status'];

const MAPPED_FIELDS = [...AUTH_FIELDS, 'referenceId'] as const satisfies readonly (keyof Mapping)[];
/** What ODK Central adds to every submission is not listed among the fields. */
const OF_SYSTEM = /^\/__system\/\w+$/;
/** An address with it and with Central's cursor stays shorter than guards and proxies take. */
const SELECTION_LENGTH_MAX = 900;

/** Digits are lost in ODK Central itself, which makes a JSON number of them: 9007199254740993 becomes …992. */
const NUMBER_TYPES: ReadonlySet<string> = new Set(['int', 'decimal']);
const FIELDS_OF_DIGITS = ['vid', 'phoneNumber'] as const;

/** @returns undefined for what is no list of fields: a server that has no such address */
export function readFields(answer: JsonValue): FormFields | undefined {
  if (!isList(answer)) return undefined;
  const fields = new Map<string, string>();
  for (const field of answer) {
    const path = isObject(field) ? field['path'] : undefined;
    const type = isObject(field) ? field['type'] : undefined;
    if (typeof path !== 'string' || typeof type !== 'string') return undefined;
    fields.set(path, type);
  }
  // A form without fields has nothing to be submitted: whoever says so does not know.
  return fields.size === 0 ? undefined : fields;
}

/** @throws OdkFault MTS-ODK-007 where digits of a number that counts would be lost */
export function checkFields(fields: FormFields, mapping: Mapping): void {
  for (const field of FIELDS_OF_DIGITS) {
    const type = fields.get(pathOf(mapping[field] ?? field));
    if (type !== undefined && NUMBER_TYPES.has(type)) throw new OdkFault('final', 'MTS-ODK-007', { field });
  }
}

/**
 * What of each row to ask for: only the fields that are mapped, where that can be said; else all of it, with the repeats,
 * which never come with a selection.
 *
 * @param wanted `all`: a format of the caller's own is made of the rows, and it may name any field
 */
export function rowShape(
  fields: FormFields | undefined,
  mapping: Mapping,
  wanted: 'mapped' | 'all',
): Readonly<Record<string, string>> {
  const everything = { $expand: '*' };
  if (fields === undefined || wanted === 'all') return everything;
  const entries = MAPPED_FIELDS.flatMap((field) => mapping[field] ?? field);
  const paths = entries.map(pathOf).filter((path) => fields.has(path) || OF_SYSTEM.test(path));
  if (paths.some((path) => isInRepeat(path, fields))) return everything;
  const selection = [...new Set([...ALWAYS_SELECTED, ...paths.map((path) => path.slice(1))])].join(',');
  return selection.length > SELECTION_LENGTH_MAX ? everything : { $select: selection };
}

/** Names of ODK Central hold no dot, so an entry that has one is a path. */
function pathOf(entry: string): string {
  const steps = parsePath(entry).filter((step) => typeof step === 'string');
  return `/${steps.join('/')}`;
}

function isInRepeat(path: string, fields: FormFields): boolean {
  const steps = path.split('/');
  return steps.some((_, at) => fields.get(steps.slice(0, at + 1).join('/')) === 'repeat');
}
