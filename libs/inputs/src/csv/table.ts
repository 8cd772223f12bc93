import type { JsonValue, ReceivedRecord } from '@mts/domain';
import type { SourceRecord } from '../kit/source.js';
import type { CsvCells } from './splitter.js';
import { unreadable } from './unreadable.js';

export interface CsvRow extends SourceRecord {
  /** Line of the file on which the record begins, counted from 1. */
  readonly fileLine: number;
}

/** More would let a wide header of a small file blow up each of its short rows. */
export const MAX_COLUMNS = 2_000;

/** What an object puts before all other names (ECMA-262, 6.1.7: array index). */
const INTEGER = /^(?:0|[1-9]\d{0,9})$/;

/** An apostrophe keeps a spreadsheet from running what follows it; our results have it, and it is no part of the text. */
const GUARDED = /^'(?=[=+\-@\t\r＝＋－＠])/;

/** White space only, on one line. */
const BLANK = /^[^\S\r\n]*$/;

/**
 * Turns cells into records under the names of the first line that is not blank.
 *
 * Names are taken as they stand; a column without one is left out. Missing cells are null, surplus ones are dropped.
 * A blank line is a record without values, so that positions stay; at the end of the file it is nothing.
 */
export class CsvTable {
  #names: readonly (string | undefined)[] | undefined;
  /** The names of a header whose order an object would not keep. */
  #order: readonly string[] | undefined;
  #line = 0;
  #blankLines = 0;
  #firstBlankLine = 0;

  get columnCount(): number {
    return this.#names?.length ?? 0;
  }

  *rows(records: Iterable<CsvCells>): Generator<CsvRow> {
    for (const { fileLine, cells } of records) {
      if (isBlank(cells)) {
        if (this.#blankLines === 0) this.#firstBlankLine = fileLine;
        this.#blankLines += 1;
      } else if (this.#names === undefined) {
        this.#names = readNames(cells.map(unguarded), fileLine);
        const names = this.#names.filter((name) => name !== undefined);
        this.#order = names.some((name) => INTEGER.test(name)) ? names : undefined;
        this.#blankLines = 0;
      } else {
        yield* this.#heldBlankRows(this.#names);
        yield this.#row(this.#names, fileLine, cells);
      }
    }
  }

  *#heldBlankRows(names: readonly (string | undefined)[]): Generator<CsvRow> {
    const count = this.#blankLines;
    this.#blankLines = 0;
    for (let n = 0; n < count; n += 1) yield this.#row(names, this.#firstBlankLine + n, []);
  }

  #row(names: readonly (string | undefined)[], fileLine: number, cells: readonly string[]): CsvRow {
    this.#line += 1;
    const row = { line: this.#line, fileLine, record: toRecord(names, cells) };
    return this.#order === undefined ? row : { ...row, names: this.#order };
  }
}

function isBlank(cells: readonly string[]): boolean {
  return cells.length === 1 && BLANK.test(cells[0] ?? '');
}

function readNames(cells: readonly string[], fileLine: number): readonly (string | undefined)[] {
  if (cells.length > MAX_COLUMNS) {
    throw unreadable(
      fileLine,
      `there are more than ${String(MAX_COLUMNS)} columns; leave out what is not needed`,
    );
  }
  const columns = new Map<string, number>();
  for (const [index, name] of cells.entries()) {
    if (name.trim() === '') continue;
    const twin = columns.get(name);
    if (twin !== undefined) {
      const both = `${String(twin)} and ${String(index + 1)}`;
      throw unreadable(fileLine, `columns ${both} have the same name; rename or remove one of them`);
    }
    columns.set(name, index + 1);
  }
  if (columns.size === 0) throw unreadable(fileLine, 'the first line has no column names');
  return cells.map((name) => (columns.has(name) ? name : undefined));
}

/** Without a prototype a column named `__proto__` or `constructor` is a column like any other. */
function toRecord(names: readonly (string | undefined)[], cells: readonly string[]): ReceivedRecord {
  const record = Object.create(null) as Record<string, JsonValue>;
  for (const [index, name] of names.entries()) {
    const cell = cells[index];
    if (name !== undefined) record[name] = cell === undefined ? null : unguarded(cell);
  }
  return record;
}

function unguarded(cell: string): string {
  return cell.startsWith("'") ? cell.replace(GUARDED, '') : cell;
}
