import type { FaultLine } from './fault-results.js';

const COLUMNS: readonly (readonly [head: string, cell: (line: FaultLine) => string])[] = [
  ['fault', ({ title }) => title],
  ['records', ({ records }) => String(records)],
  ['lost', ({ lost }) => String(lost)],
  ['doubled', ({ doubled }) => String(doubled)],
  ['asked twice', ({ askedTwice }) => String(askedTwice)],
  ['at most', ({ askedTwiceMax }) => String(askedTwiceMax)],
  ['resumed after', ({ resumedAfterSeconds: s }) => (s === null ? 'never stopped' : `${String(s)} s`)],
];

/** Lines under their heads, for a terminal. */
export function faultTable(lines: readonly FaultLine[]): string {
  const run = lines.filter(({ skipped }) => skipped === undefined);
  const columns = COLUMNS.map(([head, cell]) => {
    const texts = [head, ...run.map(cell)];
    const width = Math.max(...texts.map((text) => text.length));
    return texts.map((text, index) =>
      head === 'fault' || index === 0 ? text.padEnd(width) : text.padStart(width),
    );
  });
  const rows = [undefined, ...run].map((_, row) =>
    columns
      .map((texts) => texts[row])
      .join('  ')
      .trimEnd(),
  );
  const skipped = lines.flatMap(({ title, skipped: why }) =>
    why === undefined ? [] : [`skipped: ${title}: ${why}`],
  );
  return [...rows, ...skipped].join('\n');
}
