import type { Mapping } from './mapping.js';
import { parsePath } from './path.js';

/** Fields that a name or an address is joined of. */
export const ENTRIES_MAX = 50;
/** Of a path: names, places in lists, `[]`, slices and question marks. */
export const STEPS_MAX = 50;
/** Of one entry, in UTF-16 code units. */
export const ENTRY_LENGTH_MAX = 1000;

/** Why a mapping is not taken. */
export interface MappingExcess {
  /** The entry as a caller would write it: `vid`, `name[3]`; or the list that is too long. */
  readonly place: string;
  readonly problem: string;
}

/** What of a mapping is more than is ever taken; looked for when a list is handed in, before its first record is read. */
export function excessOf(mapping: Mapping): MappingExcess | undefined {
  for (const [field, entries] of Object.entries(mapping) as [string, Mapping[keyof Mapping]][]) {
    if (typeof entries === 'object' && entries.length > ENTRIES_MAX)
      return { place: field, problem: `at most ${String(ENTRIES_MAX)} entries are expected` };
    for (const [at, entry] of [entries ?? []].flat().entries()) {
      const problem = problemOf(entry);
      if (problem === undefined) continue;
      return { place: typeof entries === 'object' ? `${field}[${String(at)}]` : field, problem };
    }
  }
  return undefined;
}

function problemOf(entry: string): string | undefined {
  if (entry.length > ENTRY_LENGTH_MAX) return `at most ${String(ENTRY_LENGTH_MAX)} characters are expected`;
  return parsePath(entry).length > STEPS_MAX
    ? `a path of at most ${String(STEPS_MAX)} steps is expected`
    : undefined;
}
