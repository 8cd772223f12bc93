import type { Writer } from '../../kit/format.js';

/** One array, rows joined by a bare comma as the original joins them. */
export function listWriter<Row>(textOf: (row: Row) => string): Writer<Row> {
  let separator = '';
  return {
    header: () => '[',
    rows: (rows) => {
      if (rows.length === 0) return '';
      const text = separator + rows.map(textOf).join(',');
      separator = ',';
      return text;
    },
    footer: () => ']',
  };
}
