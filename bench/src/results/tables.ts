/** One column of a table about such rows. */
export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => string;
  /** Numbers stand under each other by their last digit. */
  readonly isNumber?: boolean;
}

/** For a cell that has nothing to say: an empty one would leave open whether something is missing. */
export const NONE = '–';

/** Rows under their heads, for a terminal. */
export function textTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const padded = columns.map(({ head, cell, isNumber = false }) => pad([head, ...rows.map(cell)], isNumber));
  return linesOf(padded, (cells) => cells.join('  ').trimEnd());
}

/** The same for a page, padded as Prettier has it. */
export function markdownTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const padded = columns.map(({ head, cell, isNumber = false }) => {
    const texts = [head, ...rows.map((row) => cell(row).replaceAll('|', String.raw`\|`))];
    const [first = '', ...others] = pad(texts, isNumber, 3);
    const rule = isNumber ? `${'-'.repeat(first.length - 1)}:` : '-'.repeat(first.length);
    return [first, rule, ...others];
  });
  return linesOf(padded, (cells) => `| ${cells.join(' | ')} |`);
}

function pad(texts: readonly string[], isNumber: boolean, widthMin = 0): string[] {
  const width = Math.max(widthMin, ...texts.map((text) => text.length));
  return texts.map((text) => (isNumber ? text.padStart(width) : text.padEnd(width)));
}

function linesOf(
  columns: readonly (readonly string[])[],
  join: (cells: readonly string[]) => string,
): string {
  const [first = []] = columns;
  return first.map((_, line) => join(columns.map((texts) => texts[line] ?? ''))).join('\n');
}

/** A figure for people, with three digits at least. JSON has null for what is no number. */
export function amount(value: number | null | undefined): string {
  if (value === undefined || value === null) return NONE;
  return value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) < 100 ? 2 : 0 });
}

/** A part of a whole, for people. */
export function percent(part: number | null | undefined): string {
  return part === undefined || part === null ? NONE : `${(100 * part).toFixed(0)} %`;
}

/** Names as a page shows them, one after the other. */
export function named(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
