import { unreadable } from './unreadable.js';

/** One record of the file as it stands there; a blank line is one empty cell. */
export interface CsvCells {
  /** Line of the file on which the record begins, counted from 1; a quoted cell may span several. */
  readonly fileLine: number;
  readonly cells: readonly string[];
}

/** Longest record in UTF-16 code units, its delimiters included; what an unclosed quote can swallow ends here. */
export const MAX_RECORD_LENGTH = 1_048_576;

const NUL = '\0';
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;
const QUOTE_ADVICE = 'put the whole cell in quotes, and write each quote inside it twice';

type Place = 'cell start' | 'unquoted' | 'quoted' | 'after quote';

/**
 * Splits the text of a CSV file (RFC 4180, section 2) into cells, piece by piece. A line ends with CR LF, LF or CR.
 *
 * Written by hand because csv-parse 7.0.3 counts a CR LF inside quotes as two lines, takes any number of empty cells
 * into one record whatever its `max_record_size`, and puts the person's row into its errors.
 */
export class CsvSplitter {
  readonly #delimiter: number;
  #place: Place = 'cell start';
  #cells: string[] = [];
  /** What earlier pieces, and the text before an inner quote, hold of the cell at hand. */
  #cellStart = '';
  /** Where the rest of that cell begins in the piece at hand. */
  #cellFrom = 0;
  /** Where the record at hand begins; negative if in an earlier piece. */
  #recordFrom = 0;
  #recordLine = 1;
  #quoteLine = 1;
  #line = 1;
  #isAfterCarriageReturn = false;

  /** @param delimiter one UTF-16 code unit, none of quote, CR, LF and NUL */
  constructor(delimiter: string) {
    this.#delimiter = delimiter.charCodeAt(0);
  }

  /** The line of the file that was reached. */
  get fileLine(): number {
    return this.#line;
  }

  /** @returns the records that end in this piece */
  push(text: string): readonly CsvCells[] {
    const nulAt = text.indexOf(NUL);
    const records = this.#split(nulAt === -1 ? text : text.slice(0, nulAt));
    if (nulAt === -1) return records;
    throw unreadable(this.#line, 'it holds a NUL byte; save the file as "CSV UTF-8"');
  }

  /** @returns the last record, unless the file ended with a line end */
  end(): readonly CsvCells[] {
    if (this.#place === 'quoted')
      throw unreadable(this.#quoteLine, 'the quote that opens here is never closed');
    if (this.#place === 'cell start' && this.#cells.length === 0) return [];
    this.#endCell('', 0);
    return [this.#endRecord(0)];
  }

  #split(text: string): readonly CsvCells[] {
    const records: CsvCells[] = [];
    this.#cellFrom = 0;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) this.#quote(text, at);
      else if (code === LINE_FEED || code === CARRIAGE_RETURN) {
        const record = this.#lineEnd(text, at, code);
        if (record !== undefined) records.push(record);
      } else if (this.#place !== 'quoted') this.#unquoted(text, at, code);
      this.#isAfterCarriageReturn = code === CARRIAGE_RETURN;
    }
    this.#cellStart += text.slice(this.#cellFrom);
    this.#recordFrom -= text.length;
    this.#assertLength(0);
    return records;
  }

  #quote(text: string, at: number): void {
    if (this.#place === 'quoted') {
      this.#cellStart += text.slice(this.#cellFrom, at);
      this.#cellFrom = at + 1;
      this.#place = 'after quote';
    } else if (this.#place === 'after quote') {
      // The second of two: it belongs to the cell.
      this.#cellFrom = at;
      this.#place = 'quoted';
    } else if (this.#place === 'cell start') {
      this.#cellFrom = at + 1;
      this.#place = 'quoted';
      this.#quoteLine = this.#line;
    } else {
      throw unreadable(this.#line, `a quote stands inside a cell; ${QUOTE_ADVICE}`);
    }
  }

  #lineEnd(text: string, at: number, code: number): CsvCells | undefined {
    const isSecondHalf = code === LINE_FEED && this.#isAfterCarriageReturn;
    if (!isSecondHalf) this.#line += 1;
    if (this.#place === 'quoted') return undefined;
    if (isSecondHalf) {
      this.#cellFrom = at + 1;
      this.#recordFrom = at + 1;
      return undefined;
    }
    this.#endCell(text, at);
    return this.#endRecord(at);
  }

  #unquoted(text: string, at: number, code: number): void {
    if (code === this.#delimiter) this.#endCell(text, at);
    else if (this.#place === 'cell start') this.#place = 'unquoted';
    else if (this.#place === 'after quote') {
      throw unreadable(
        this.#quoteLine,
        `the cell that begins here goes on after its closing quote; ${QUOTE_ADVICE}`,
      );
    }
  }

  #endCell(text: string, at: number): void {
    this.#cells.push(this.#cellStart + text.slice(this.#cellFrom, at));
    this.#cellStart = '';
    this.#cellFrom = at + 1;
    this.#place = 'cell start';
  }

  #endRecord(at: number): CsvCells {
    this.#assertLength(at);
    const record = { fileLine: this.#recordLine, cells: this.#cells };
    this.#cells = [];
    this.#recordFrom = at + 1;
    this.#recordLine = this.#line;
    return record;
  }

  #assertLength(at: number): void {
    if (at - this.#recordFrom <= MAX_RECORD_LENGTH) return;
    const limit = String(MAX_RECORD_LENGTH);
    throw unreadable(
      this.#recordLine,
      `the record is longer than ${limit} characters; look for an unclosed quote`,
    );
  }
}
