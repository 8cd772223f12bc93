import { AUTH_FIELDS, type AuthField, type JsonValue, isList, isObject } from '@mts/domain';

import type { Mapping } from '../kit/mapping.js';
import { parsePath } from '../kit/path.js';
import { OdkFault } from './fault.js';

/** The fields of a form by their path, such as `/demographics/fname`, as OData names them; with their type. */
export type FormFields = ReadonlyMap<string, string>;

/** Of every submission, whatever is mapped: who it is, when it came, and whether it is encrypted. */
const ALWAYS_SELECTED = ['__id', '__system/submissionDate', '__system/status'];

const MAPPED_FIELDS = [...AUTH_FIELDS, 'referenceId'] as const satisfies readonly (keyof Mapping)[];
/** How the names begin of all that ODK Central adds to a submission. */
const ADDED = '/__';
/** Of what holds fields and no value, as `/fields` of ODK Central calls it. */
const GROUP_TYPE = 'structure';
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

/**
 * Looks at a form before anything of it is pulled.
 *
 * @param mandatory what each record must hold; looked at where the caller's mapping names it
 * @throws OdkFault MTS-ODK-007 where digits of a number that counts would be lost, MTS-ODK-012 where no submission can
 *   have a mandatory field
 */
export function checkFields(fields: FormFields, mapping: Mapping, mandatory: ReadonlySet<AuthField>): void {
  for (const field of FIELDS_OF_DIGITS) {
    const type = fields.get(pathOf(mapping[field] ?? field));
    if (type !== undefined && NUMBER_TYPES.has(type)) throw new OdkFault('final', 'MTS-ODK-007', { field });
  }
  for (const field of mandatory) {
    const entries = [mapping[field] ?? []].flat();
    if (entries.length > 0 && entries.every((entry) => isLacking(entry, fields)))
      throw new OdkFault('final', 'MTS-ODK-012', { field });
  }
}

/** Said only of a plain name or one in groups: nobody lists what is within a value or a repeat, or what Central adds. */
function isLacking(entry: string, fields: FormFields): boolean {
  const steps = parsePath(entry);
  if (steps.length === 0 || !steps.every((step) => typeof step === 'string')) return false;
  const path = `/${steps.join('/')}`;
  if (fields.has(path) || path.startsWith(ADDED)) return false;
  return steps.slice(1).every((_, at) => {
    const type = fields.get(`/${steps.slice(0, at + 1).join('/')}`);
    return type === undefined || type === GROUP_TYPE;
  });
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
