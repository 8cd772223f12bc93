import { ApiError, type JsonValue, type ReceivedRecord, isList, isObject } from '@mts/domain';

import { parseJsonExact } from '../kit/exact.js';
import { textOf } from './answers.js';
import { OdkFault } from './fault.js';
import { PageSplitter, TAKEN_ROW } from './page-splitter.js';

/** What follows the rows of a page. */
export interface PageEnd {
  /** The query of the next page; undefined on the last one. */
  readonly next: string | undefined;
  /** How many rows there are on all pages, if the server was asked for it and knows how to count. */
  readonly count: number | undefined;
}

/** One page of submissions, read no faster than it is taken. */
export class PageReading {
  private readonly parts: AsyncGenerator<string, void, undefined>;
  private readonly splitter = new PageSplitter();
  private rows: ReceivedRecord[] = [];
  private rowCount = 0;
  private ended: PageEnd | undefined;

  constructor(response: Response) {
    this.parts = textOf(response);
  }

  /** Set once all of it was read. */
  get end(): PageEnd | undefined {
    return this.ended;
  }

  /**
   * Reads on until the page has ended, or so much of it has come.
   * @throws OdkFault MTS-ODK-104 for a page that is no JSON or not whole
   */
  async readOn(lengthMax: number): Promise<void> {
    for (let length = 0; length < lengthMax;) {
      const part = await this.parts.next();
      if (part.done === true) {
        this.ended = this.readEnd();
        return;
      }
      length += part.value.length;
      for (const row of this.splitter.push(part.value)) this.rows.push(readRow(row));
    }
  }

  /** The rows that were read since this was last called. */
  take(): readonly ReceivedRecord[] {
    const { rows } = this;
    this.rowCount += rows.length;
    this.rows = [];
    return rows;
  }

  async close(): Promise<void> {
    await this.parts.return();
  }

  private readEnd(): PageEnd {
    const page = readValue(this.splitter.rest());
    const rows = isObject(page) ? (page['value'] ?? []) : undefined;
    if (!isObject(page) || !isList(rows)) throw unreadable();
    if (rows.length !== this.rowCount + this.rows.length || rows.some((row) => row !== TAKEN_ROW))
      throw unreadable();
    const [nextLink, count] = [page['@odata.nextLink'], page['@odata.count']];
    return {
      next: typeof nextLink === 'string' && rows.length > 0 ? queryOf(nextLink) : undefined,
      count: typeof count === 'number' ? count : undefined,
    };
  }
}

function readRow(text: string): ReceivedRecord {
  const row = readValue(text);
  if (!isObject(row)) throw unreadable();
  return row;
}

function readValue(text: string): JsonValue {
  try {
    return parseJsonExact(text);
  } catch (error) {
    throw error instanceof ApiError ? unreadable() : error;
  }
}

/** Of the link only the query is taken: its origin is the name that the server has for itself. */
function queryOf(link: string): string {
  return URL.parse(link, 'https://server.invalid')?.search ?? '';
}

function unreadable(): OdkFault {
  return new OdkFault('again', 'MTS-ODK-104');
}
