import type { Measurement } from './measurement.js';

interface Column {
  readonly head: string;
  readonly cell: (row: Measurement) => string;
  readonly isNumber?: boolean;
}

const COLUMNS: readonly Column[] = [
  { head: 'name', cell: ({ name }) => name },
  { head: 'value', cell: ({ value }) => number(value), isNumber: true },
  { head: 'unit', cell: ({ unit }) => unit },
  { head: 'ceiling', cell: ({ ceiling }) => number(ceiling), isNumber: true },
  { head: 'ratio', cell: ({ ratio }) => number(ratio), isNumber: true },
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

function number(value: number | undefined): string {
  return value === undefined ? '' : value.toLocaleString('en', { maximumFractionDigits: 2 });
}
