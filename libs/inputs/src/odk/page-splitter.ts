import { OdkFault } from './fault.js';

/** More than any submission holds, and than anything else in a page; what goes beyond it is no page. */
const PIECE_LENGTH_MAX = 16_000_000;

const STRUCTURE = /["{}[\]]/g;
const STRING_END = /["\\]/g;
const ROWS_NAME = /"value"\s*:\s*$/;
/** Enough for the name and what may stand between it and its list. */
const NAME_LENGTH_MAX = 64;

/** What takes the place of a row in the rest of the page. */
export const TAKEN_ROW = 0;

/**
 * Takes an OData page, `{"value": [{…}, {…}], "@odata.nextLink": …}`, apart while it comes, however large it is: each row
 * is cut out as text, and {@link TAKEN_ROW} left in its place. So what is left is JSON exactly if the page was, and tells
 * whether all of it came.
 *
 * It only finds where rows begin and end. What they say is read by `parseJsonExact`, to the digit; a parser that makes
 * values out of tokens knows nothing of that, and takes many times as long.
 */
export class PageSplitter {
  private depth = 0;
  private inString = false;
  /** The last character was a backslash in a string. */
  private escapes = false;
  private inRows = false;
  private row: string | undefined;
  private left = '';

  /** @returns the rows that have ended. @throws OdkFault MTS-ODK-104 for what cannot be a page */
  push(text: string): string[] {
    const rows: string[] = [];
    let from = 0;
    let at = this.skipEscaped(text);
    for (let mark = this.nextMark(text, at); mark !== -1; mark = this.nextMark(text, at)) {
      at = mark + 1;
      const char = text[mark];
      if (char === '"') this.inString = !this.inString;
      else if (char === '\\') at = this.skipEscaped(text, at, true);
      else if (char === '{' || char === '[') {
        if (this.opensRow(char)) {
          this.left += `${text.slice(from, mark)}${String(TAKEN_ROW)}`;
          this.row = '';
          from = mark;
        } else if (this.row === undefined && this.depth === 1 && char === '[') {
          this.inRows = ROWS_NAME.test(this.left.slice(-NAME_LENGTH_MAX) + text.slice(from, mark));
        }
        this.depth += 1;
      } else {
        this.depth -= 1;
        if (this.row !== undefined && this.depth === 2) {
          rows.push(this.row + text.slice(from, at));
          this.row = undefined;
          from = at;
        }
        if (this.depth === 1) this.inRows = false;
      }
    }
    this.keep(text.slice(from));
    return rows;
  }

  /** The page without its rows. */
  rest(): string {
    return this.left;
  }

  private opensRow(char: string): boolean {
    return this.inRows && this.depth === 2 && char === '{' && this.row === undefined;
  }

  private nextMark(text: string, at: number): number {
    const marks = this.inString ? STRING_END : STRUCTURE;
    marks.lastIndex = at;
    return marks.exec(text)?.index ?? -1;
  }

  /** The character after a backslash says nothing; it may only come with the next piece. */
  private skipEscaped(text: string, at = 0, escapes = this.escapes): number {
    this.escapes = escapes && at >= text.length;
    return escapes && !this.escapes ? at + 1 : at;
  }

  private keep(text: string): void {
    if (this.row === undefined) this.left += text;
    else this.row += text;
    if (Math.max(this.left.length, this.row?.length ?? 0) > PIECE_LENGTH_MAX)
      throw new OdkFault('again', 'MTS-ODK-104');
  }
}
