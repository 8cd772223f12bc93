import { expect, it } from 'vitest';

import { amount, type Column, markdownTable, textTable } from './tables.js';

interface Row {
  readonly name: string;
  readonly value: number | null;
}

const COLUMNS: readonly Column<Row>[] = [
  { head: 'name', cell: ({ name }) => name },
  { head: 'value', cell: ({ value }) => amount(value), isNumber: true },
];
const ROWS = [
  { name: 'rate', value: 1300.4 },
  { name: 'a|b', value: null },
];

it('rows are printed in columns, numbers by their last digit, and no cell is empty', () => {
  expect(textTable(COLUMNS, ROWS)).toBe(['name  value', 'rate  1,300', 'a|b       –'].join('\n'));
});

it('the same rows are a table of a page, with the stroke that would end a cell escaped', () => {
  expect(markdownTable(COLUMNS, ROWS)).toBe(
    ['| name | value |', '| ---- | ----: |', '| rate | 1,300 |', String.raw`| a\|b |     – |`].join('\n'),
  );
});

it('a figure has three digits at least', () => {
  expect([12_345.6, 99.128, 0].map(amount)).toEqual(['12,346', '99.13', '0']);
});
