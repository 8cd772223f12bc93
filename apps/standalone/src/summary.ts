import type { ResultRow } from './result-file.js';

const SHOWN_ROWS = 8;
const SHOWN_GROUPS = 5;

export interface SummaryContext {
  readonly elapsedMs: number;
  readonly file: string;
}

/** What came of a list, for people: counts, the first rows, who stands in it more than once, where the file lies. */
export function summary(rows: readonly ResultRow[], { elapsedMs, file }: SummaryContext): string {
  const seconds = (elapsedMs / 1000).toFixed(1);
  return [
    `${count(rows.length, 'person', 'people')} in ${seconds} s: ${countsByStatus(rows)}`,
    '',
    ...table(rows.slice(0, SHOWN_ROWS)),
    '',
    ...samePersons(rows),
    `The whole result: ${file}`,
  ].join('\n');
}

function countsByStatus(rows: readonly ResultRow[]): string {
  const counts = Map.groupBy(rows, (row) => row.status);
  return [...counts].map(([status, { length }]) => `${format(length)} ${status}`).join(', ');
}

/** Lines are counted as the API counts them: from 1, without the header. */
function table(rows: readonly ResultRow[]): string[] {
  const cells = [
    ['line', 'vid', 'status', 'token', 'errorCode'],
    ...rows.map((row, index) => [String(index + 1), row.vid, row.status, row.token, row.errorCode]),
  ];
  const widths =
    cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  return cells.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
}

/** Equal tokens mean the same person: that is what tokens are for. */
function samePersons(rows: readonly ResultRow[]): string[] {
  const lines = rows
    .map((row, index) => ({ token: row.token, line: index + 1 }))
    .filter(({ token }) => token !== '');
  const groups = [...Map.groupBy(lines, ({ token }) => token).values()].filter(({ length }) => length > 1);
  if (groups.length === 0) return ['Nobody stands in the list twice.'];
  const surplus = groups.reduce((sum, group) => sum + group.length - 1, 0);
  const shown = groups
    .slice(0, SHOWN_GROUPS)
    .map((group) => `  lines ${list(group.map(({ line }) => line))}`);
  const rest = groups.length - shown.length;
  return [
    `${count(surplus, 'row is', 'rows are')} the same person as an earlier row (they have one Token ID):`,
    ...shown,
    ...(rest > 0 ? [`  and ${count(rest, 'person', 'people')} more`] : []),
  ];
}

function list(lines: readonly number[]): string {
  return new Intl.ListFormat('en').format(lines.map(String));
}

function count(number: number, one: string, many: string): string {
  return `${format(number)} ${number === 1 ? one : many}`;
}

function format(number: number): string {
  return number.toLocaleString('en');
}
