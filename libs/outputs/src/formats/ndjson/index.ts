import type { ResultFormat, Writer } from '../../kit/format.js';
import { originalJson } from '../../kit/original-json.js';
import { rowJson, shapedRowJson } from '../../kit/row-json.js';

/** One JSON value a line (https://github.com/ndjson/ndjson-spec), so that it can be read as it comes. */
export const ndjsonFormat = {
  id: 'ndjson',
  title: 'JSON, one row a line',
  mediaType: 'application/x-ndjson; charset=utf-8',
  open: (columns) => lineWriter((result) => rowJson(result, columns)),
  shaped: {
    projection: '.',
    problemOf: () => undefined,
    open: () => lineWriter((row) => shapedRowJson(row) ?? 'null'),
  },
  openOriginal: (columns) => lineWriter(originalJson(columns)),
} as const satisfies ResultFormat;

function lineWriter<Row>(textOf: (row: Row) => string): Writer<Row> {
  return {
    header: () => '',
    rows: (rows) => rows.map((row) => `${textOf(row)}\n`).join(''),
    footer: () => '',
  };
}
