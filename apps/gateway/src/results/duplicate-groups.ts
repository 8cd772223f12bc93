import { ApiError } from '@mts/domain';
import type { SamePerson } from '@mts/store';

import { LINE_MAX } from './selection.js';

/** Records of one person: the first, and of the others those of this page. */
export interface DuplicateGroup {
  readonly firstLine: number;
  readonly otherLines: readonly number[];
}

/** @param pairs person by person */
export function groupsOf(pairs: readonly SamePerson[]): readonly DuplicateGroup[] {
  const groups = new Map<number, number[]>();
  for (const { line, sameAsLine } of pairs) {
    const lines = groups.get(sameAsLine);
    if (lines === undefined) groups.set(sameAsLine, [line]);
    else lines.push(line);
  }
  return Array.from(groups, ([firstLine, otherLines]) => ({ firstLine, otherLines }));
}

const CURSOR = /^(\d{1,10})-(\d{1,10})$/;
const BEFORE_ALL: SamePerson = { line: 0, sameAsLine: 0 };

/** Where the next page begins: behind this pair. */
export function cursorAfter({ line, sameAsLine }: SamePerson): string {
  return `${String(sameAsLine)}-${String(line)}`;
}

/** @throws ApiError ATS-REQ-102 for what {@link cursorAfter} has not made */
export function readCursor(value: unknown): SamePerson {
  if (value === undefined || value === '') return BEFORE_ALL;
  const [, first, line] = (typeof value === 'string' ? CURSOR.exec(value) : null) ?? [];
  const pair = { sameAsLine: Number(first), line: Number(line) };
  if (pair.sameAsLine <= LINE_MAX && pair.line <= LINE_MAX) return pair;
  throw new ApiError('ATS-REQ-102', { field: 'cursor', problem: 'give the cursor of the page before' });
}
