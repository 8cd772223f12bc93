import { cellsOf, COLUMNS, type Result, type ResultFormat } from '../../kit/format.js';
import { shapedJson } from './shaped.js';

/** One array of objects, spaced as the original writes it (Python's `json.dumps`, rows joined by a bare comma). */
export const jsonFormat = {
  id: 'json',
  title: 'JSON',
  shaped: shapedJson,
  open: () => {
    let separator = '';
    return {
      header: () => '[',
      rows: (results) => {
        if (results.length === 0) return '';
        const text = separator + results.map(objectText).join(',');
        separator = ',';
        return text;
      },
      footer: () => ']',
    };
  },
} as const satisfies ResultFormat;

function objectText(result: Result): string {
  const cells = cellsOf(result);
  return `{${COLUMNS.map((name) => `"${name}": ${JSON.stringify(cells[name])}`).join(', ')}}`;
}
