import type { ResultFormat } from '../../kit/format.js';
import { originalJson } from '../../kit/original-json.js';
import { rowJson, shapedRowJson } from '../../kit/row-json.js';
import { listWriter } from './list.js';

/** One array of objects, spaced as the original writes it (Python's `json.dumps`, rows joined by a bare comma). */
export const jsonFormat = {
  id: 'json',
  title: 'JSON',
  mediaType: 'application/json; charset=utf-8',
  open: (columns) => listWriter((result) => rowJson(result, columns)),
  shaped: {
    projection: '.',
    problemOf: () => undefined,
    open: () => listWriter((row) => shapedRowJson(row) ?? 'null'),
  },
  openOriginal: (columns) => listWriter(originalJson(columns)),
} as const satisfies ResultFormat;
