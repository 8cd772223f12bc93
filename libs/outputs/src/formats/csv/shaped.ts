import { ApiError } from '@mts/domain';

import { isNothing, type ShapedFormat, type ShapedRow, type ShapedWriter } from '../../kit/format.js';
import { spacedJson } from '../../kit/spaced-json.js';
import { csvLine, textCell } from './line.js';

/** A text, nothing, or in brackets the JSON text of anything else. */
type Cell = string | null | readonly [json: string];

/** A value as the projection hands it over. A list has no names. */
type Value = readonly [names: readonly string[] | null, cells: readonly Cell[]];

/** The header has the names of so many records with a value, or of this much of them; what comes later must fit it. */
const HEADER_VALUES = 1000;
const HEADER_SIZE_CHARS = 1_000_000;

const NO_ROW = 'for csv output, outputFormat has to give an object or a list for each record';

/** Nothing is kept of a record without a value but its place: of these, any number may wait. */
const NO_VALUE: ShapedRow = { line: 0, json: null };

/**
 * An object is a row with a header, a list is a row without one. A cell that is no text is JSON, null is empty; a record
 * that has no value is an empty row, so that positions stay.
 */
export const shapedCsv: ShapedFormat = {
  projection: `def cell: if . == null or type == "string" then . else [tojson] end;
    if type == "object" then [keys_unsorted, [.[] | cell]] elif type == "array" then [null, map(cell)] else . end`,
  problemOf,
  open: () => new CsvWriter(),
};

type Kind = 'object' | 'list' | 'no row';

function problemOf(values: readonly (string | null)[]): string | undefined {
  const kinds = new Set(values.flatMap((json) => (isNothing(json) ? [] : [kindOf(json)])));
  if (kinds.has('no row'))
    return `${NO_ROW}; put a single value into an object, such as {token: .output.token}`;
  if (kinds.size > 1) return `${NO_ROW}; it gives objects for some and lists for others, give one kind alone`;
  if (kinds.size === 0)
    return `${NO_ROW}; it never gives anything, give an object such as {vid: .output.vid, token: .output.token}`;
  return undefined;
}

function kindOf(json: string): Kind {
  if (json.startsWith('[null,')) return 'list';
  return json.startsWith('[') ? 'object' : 'no row';
}

class CsvWriter implements ShapedWriter {
  /** Rows that wait for the header. */
  private held: ShapedRow[] = [];
  private heldValues = 0;
  private heldChars = 0;
  private layout: Layout | undefined;

  header(): string {
    return '';
  }

  rows(rows: readonly ShapedRow[]): string {
    let text = '';
    for (const row of rows) text += this.layout?.line(row) ?? this.hold(row);
    return text;
  }

  footer(): string {
    if (this.layout !== undefined || this.held.length === 0) return '';
    return this.begin();
  }

  private hold(row: ShapedRow): string {
    if (isNothing(row.json)) {
      this.held.push(NO_VALUE);
      return '';
    }
    this.held.push(row);
    this.heldValues += 1;
    this.heldChars += row.json.length;
    const isEnough = this.heldValues >= HEADER_VALUES || this.heldChars >= HEADER_SIZE_CHARS;
    return isEnough ? this.begin() : '';
  }

  private begin(): string {
    const layout = Layout.of(this.held);
    const text = layout.header() + this.held.map((row) => layout.line(row)).join('');
    this.layout = layout;
    this.held = [];
    return text;
  }
}

/** How the rows of one file are laid out. */
class Layout {
  private readonly places: ReadonlyMap<string, number>;

  private constructor(
    /** Null where rows are lists. */
    private readonly names: readonly string[] | null,
    /** Of an empty row. */
    private readonly width: number,
  ) {
    this.places = new Map((names ?? []).map((name, at) => [name, at]));
  }

  /**
   * The first row with a value decides between objects and lists; the names of objects stand in the order in which they
   * come. Where no record has a value, each is a row all the same, of one empty cell.
   */
  static of(rows: readonly ShapedRow[]): Layout {
    const values = rows.map(valueOf).filter((value) => value !== null);
    const [first] = values;
    if (first === undefined) return new Layout(null, 1);
    if (first[0] === null) return new Layout(null, first[1].length);
    const names = [...new Set(values.flatMap(([of]) => of ?? []))];
    return new Layout(names, names.length);
  }

  header(): string {
    return this.names === null ? '' : csvLine(this.names.map(textCell));
  }

  line(row: ShapedRow): string {
    const value = valueOf(row);
    if (value === null) return csvLine(Array.from({ length: this.width }, () => ''));
    const [names, cells] = value;
    if ((names === null) !== (this.names === null)) throw misfit(row, 'is of another kind');
    if (names === null) return csvLine(cells.map(cellText));
    const texts = Array.from({ length: this.width }, () => '');
    for (const [at, name] of names.entries()) {
      const place = this.places.get(name);
      if (place === undefined) throw misfit(row, 'has a column that the header lacks');
      texts[place] = cellText(cells[at] ?? null);
    }
    return csvLine(texts);
  }
}

function valueOf({ line, json }: ShapedRow): Value | null {
  if (isNothing(json)) return null;
  if (kindOf(json) === 'no row') throw misfit({ line }, 'has something else');
  return JSON.parse(json) as Value;
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  return typeof cell === 'string' ? textCell(cell) : spacedJson(cell[0]);
}

function misfit({ line }: Pick<ShapedRow, 'line'>, what: string): ApiError {
  return new ApiError('ATS-REQ-104', {
    problem: `${NO_ROW}, always of one kind; record ${String(line)} ${what}`,
  });
}
