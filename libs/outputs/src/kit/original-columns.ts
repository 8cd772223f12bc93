import { ApiError } from '@mts/domain';

import { type RecordResult, rowAdvice } from './result.js';
import { membersOf } from './members.js';

/** What a result adds to the caller's own columns, in this order. */
const ADDED = ['token', 'status', 'errorCode', 'errorMessage', 'line', 'sameAsLine', 'advice'] as const;

/** An added name that the caller's own columns have too gets this before it. */
const PREFIX = 'mts_';

/** As many as a CSV file that is handed in may have. */
const COLUMNS_MAX = 2000;

/** The columns of a result that stands beside the records as they were handed in. */
export class OriginalColumns {
  private constructor(
    /** The caller's, in their order. */
    readonly own: readonly string[],
    /** The names under which the result stands after them. */
    readonly added: readonly string[],
    /** Columns that an earlier result had added, which this one replaces. */
    readonly replaced: ReadonlySet<string>,
  ) {}

  /** @param names in the order in which they first come */
  static of(names: readonly string[]): OriginalColumns {
    for (let at = 0; at + ADDED.length <= names.length; at += 1) {
      const earlier = names.slice(at, at + ADDED.length);
      const own = [...names.slice(0, at), ...names.slice(at + ADDED.length)];
      if (!earlier[0]?.endsWith(ADDED[0])) continue;
      const added = addedTo(own);
      if (added.every((name, n) => name === earlier[n]))
        return new OriginalColumns(own, added, new Set(earlier));
    }
    return new OriginalColumns(names, addedTo(names), new Set());
  }

  /** What stands in the added columns, in their order. */
  static cells(result: RecordResult): readonly (string | number | null)[] {
    const { row, state, line, sameAsLine } = result;
    return [row.token, state, row.errorCode, row.errorMessage, line, sameAsLine, rowAdvice(result)];
  }
}

/** Gathers the names of the fields of records that need not have the same ones. */
export class FieldNames {
  private readonly names = new Set<string>();

  /** @param received JSON text @throws ApiError ATS-REQ-102 when they are too many for a table */
  add(received: string): void {
    for (const [name] of membersOf(received)) this.names.add(name);
    if (this.names.size <= COLUMNS_MAX) return;
    const problem = `the records have more than ${String(COLUMNS_MAX)} different fields, too many for this layout`;
    throw new ApiError('ATS-REQ-102', { field: 'layout', problem });
  }

  columns(): OriginalColumns {
    return OriginalColumns.of([...this.names]);
  }
}

function addedTo(own: readonly string[]): readonly string[] {
  const taken = new Set(own);
  return ADDED.map((name) => {
    let free: string = name;
    while (taken.has(free)) free = PREFIX + free;
    return free;
  });
}
