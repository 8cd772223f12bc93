import { cellOf, type Column, columnsOf, isNothing, type ShapedRow } from './format.js';
import { type Result } from './result.js';
import { asciiJson, spacedJson } from './spaced-json.js';

/** A row in the default format as JSON, as the original writes it (Python's `json.dumps`). */
export function rowJson(
  result: Result,
  columns: readonly Column[] = columnsOf(result.referenceId !== undefined),
): string {
  return `{${columns.map((name) => `"${name}": ${asciiJson(JSON.stringify(cellOf(result, name)))}`).join(', ')}}`;
}

/** What an outputFormat has made of a record, in the same way; undefined when it has made nothing. */
export function shapedRowJson({ json }: ShapedRow): string | undefined {
  return isNothing(json) ? undefined : spacedJson(json);
}
