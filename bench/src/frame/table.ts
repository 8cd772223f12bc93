import type { Measurement } from './measurement.js';

interface Column {
  readonly head: string;
  readonly cell: (row: Measurement) => string;
  readonly isNumber?: boolean;
}

const COLUMNS: readonly Column[] = [
  { head: 'name', cell: ({ name }) => name },
  { head: 'value', cell: ({ value }) => amount(value), isNumber: true },
  { head: 'unit', cell: ({ unit }) => unit },
  { head: 'ceiling', cell: ({ ceiling }) => amount(ceiling), isNumber: true },
  { head: 'ratio', cell: ({ ratio }) => percent(ratio), isNumber: true },
  {
    head: 'spread',
    cell: ({ spread }) => (spread === undefined ? '' : `± ${percent(spread)}`),
    isNumber: true,
  },
  { head: 'target', cell: ({ target = '' }) => target },
  { head: '', cell: ({ ok }) => (ok ? '' : 'MISSED') },
];

/** Rows under their heads, for people. */
export function table(rows: readonly Measurement[]): string {
  const columns = COLUMNS.map(({ head, cell, isNumber = false }) => {
    const texts = [head, ...rows.map(cell)];
    const width = Math.max(...texts.map((text) => text.length));
    return texts.map((text) => (isNumber ? text.padStart(width) : text.padEnd(width)));
  });
  const lines = [undefined, ...rows].map((_row, index) => columns.map((texts) => texts[index]).join('  '));
  return lines.map((line) => line.trimEnd()).join('\n');
}

/** A figure for people, with three digits at least; nothing where there is none. */
export function amount(value: number | null | undefined): string {
  if (value === undefined || value === null) return '';
  return value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) < 100 ? 2 : 0 });
}

/** A part of a whole, for people. */
export function percent(part: number | null | undefined): string {
  return part === undefined || part === null ? '' : `${(100 * part).toFixed(0)} %`;
}
