import { cellOf, COLUMNS, type ResultFormat } from '../../kit/format.js';
import { csvLine, textCell } from './line.js';
import { originalCsv } from './original.js';
import { shapedCsv } from './shaped.js';

/**
 * CSV as RFC 4180 has it, with a header; null is an empty cell.
 *
 * A cell that a spreadsheet would take for a formula gets an apostrophe before it, and control characters are replaced:
 * the texts are IDA's, and the vid of a refused record stands there just as it was received.
 */
export const csvFormat = {
  id: 'csv',
  title: 'CSV',
  mediaType: 'text/csv; charset=utf-8',
  open: (columns = COLUMNS) => ({
    header: () => csvLine(columns),
    rows: (results) =>
      results
        .map((result) => csvLine(columns.map((column) => textCell(cellOf(result, column) ?? ''))))
        .join(''),
    footer: () => '',
  }),
  shaped: shapedCsv,
  openOriginal: originalCsv,
} as const satisfies ResultFormat;
