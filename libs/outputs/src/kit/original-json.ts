import type { OriginalRow } from './format.js';
import { membersOf } from './members.js';
import { OriginalColumns } from './original-columns.js';

/** Writes a record as it was received, every digit kept, with what became of it as further members. */
export function originalJson(columns: OriginalColumns): (row: OriginalRow) => string {
  const names = columns.added.map((name) => JSON.stringify(name));
  return ({ received, result }) => {
    const own = columns.replaced.size === 0 ? received.slice(1, -1) : without(received, columns.replaced);
    const added = OriginalColumns.cells(result)
      .map((cell, at) => `${names[at] ?? ''}:${JSON.stringify(cell)}`)
      .join();
    return own === '' ? `{${added}}` : `{${own},${added}}`;
  };
}

function without(received: string, names: ReadonlySet<string>): string {
  return membersOf(received)
    .filter(([name]) => !names.has(name))
    .map(([name, value]) => `${JSON.stringify(name)}:${value}`)
    .join();
}
