/** RFC 4180 §2.6: what must stand in quotes. */
const NEEDS_QUOTES = /[",\r\n]/;

/** https://owasp.org/www-community/attacks/CSV_Injection: what a spreadsheet takes for the beginning of a formula. */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/;
/** ITU-T E.164: a telephone number is no formula, and an apostrophe would spoil it. */
const TELEPHONE_NUMBER = /^\+[1-9]\d{6,14}$/;

/** One line of a CSV file, with its end. */
export function csvLine(cells: readonly string[]): string {
  // A line without any character would be no record at all.
  if (cells.length === 1 && cells[0] === '') return '""\r\n';
  return `${cells.map(quoted).join()}\r\n`;
}

/** A text as a cell that no spreadsheet runs. */
export function textCell(text: string): string {
  return FORMULA.test(text) && !TELEPHONE_NUMBER.test(text) ? `'${text}` : text;
}

function quoted(cell: string): string {
  return NEEDS_QUOTES.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
