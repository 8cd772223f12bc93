/** RFC 4180 §2.6: what must stand in quotes, whatever separates the cells. */
const NEEDS_QUOTES = /["\r\n]/;

/** https://owasp.org/www-community/attacks/CSV_Injection: what a spreadsheet takes for the beginning of a formula. */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/;
/** A number, also that of a telephone (ITU-T E.123), is no formula, and an apostrophe would spoil it. */
const NUMBER = /^[+-]?[\d., ]*\d[\d., ]*$/;

/** C0 but for tab and line ends, DEL and C1: a terminal may obey them, and many programs stop at NUL. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/g;
const REPLACEMENT = '\uFFFD';

const LINE_END = '\r\n';

/** One line of a CSV file, with its end. */
export function csvLine(cells: readonly string[], delimiter = ','): string {
  // A line without any character would be no record at all.
  if (cells.length === 1 && cells[0] === '') return `""${LINE_END}`;
  return cells.map((cell) => quoted(cell, delimiter)).join(delimiter) + LINE_END;
}

/** A text as a cell that no spreadsheet runs and no terminal obeys. */
export function textCell(text: string): string {
  const clean = text.replace(CONTROL, REPLACEMENT);
  return FORMULA.test(clean) && !NUMBER.test(clean) ? `'${clean}` : clean;
}

function quoted(cell: string, delimiter: string): string {
  const needsQuotes = cell.includes(delimiter) || NEEDS_QUOTES.test(cell);
  return needsQuotes ? `"${cell.replaceAll('"', '""')}"` : cell;
}
