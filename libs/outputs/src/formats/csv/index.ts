import { stringify } from 'csv-stringify/sync';

import { cellsOf, COLUMNS, type ResultFormat } from '../../kit/format.js';
import { shapedCsv } from './shaped.js';

/**
 * CSV as RFC 4180 has it, with a header; null is an empty cell.
 *
 * A cell that a spreadsheet would take for a formula gets an apostrophe before it. Token IDs and valid numbers never
 * are one, and texts of errors are not; but the vid of a refused record stands there just as it was received.
 */
export const csvFormat = {
  id: 'csv',
  title: 'CSV',
  shaped: shapedCsv,
  open: () => ({
    header: () => `${COLUMNS.join()}\r\n`,
    rows: (results) =>
      stringify(results.map(cellsOf), {
        columns: [...COLUMNS],
        record_delimiter: 'windows',
        escape_formulas: true,
      }),
    footer: () => '',
  }),
} as const satisfies ResultFormat;
