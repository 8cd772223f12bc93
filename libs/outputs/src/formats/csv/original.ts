import type { OriginalRow, Writer } from '../../kit/format.js';
import { membersOf } from '../../kit/members.js';
import { OriginalColumns } from '../../kit/original-columns.js';
import { csvLine, textCell } from './line.js';

/** One row per record, its own cells first. A value that is no text stands there as its JSON text. */
export function originalCsv(columns: OriginalColumns, delimiter?: string): Writer<OriginalRow> {
  const places = new Map(columns.own.map((name, at) => [name, at]));
  const line = ({ received, result }: OriginalRow): string => {
    const cells = Array.from({ length: columns.own.length }, () => '');
    for (const [name, value] of membersOf(received)) {
      const place = places.get(name);
      if (place !== undefined) cells[place] = cellText(value);
    }
    const added = OriginalColumns.cells(result).map((cell) => (cell === null ? '' : textCell(String(cell))));
    return csvLine([...cells, ...added], delimiter);
  };
  return {
    header: () => csvLine([...columns.own, ...columns.added].map(textCell), delimiter),
    rows: (rows) => rows.map(line).join(''),
    footer: () => '',
  };
}

/** @param value as it stands in JSON */
function cellText(value: string): string {
  if (value.startsWith('"')) return textCell(JSON.parse(value) as string);
  return value === 'null' ? '' : value;
}
