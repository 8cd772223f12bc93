import { csvFormat } from './formats/csv/index.js';
import { jsonFormat } from './formats/json/index.js';
import type { ResultFormat } from './kit/format.js';

/** Every result format: one folder, one line here. */
export const RESULT_FORMATS = [jsonFormat, csvFormat] as const;

export type ResultFormatId = (typeof RESULT_FORMATS)[number]['id'];

export const RESULT_FORMAT_IDS: readonly ResultFormatId[] = RESULT_FORMATS.map(({ id }) => id);

/** @throws for an id that is not in the registry: a defect of ours, requests are checked when they are taken in. */
export function resultFormat(id: string): ResultFormat {
  const format = RESULT_FORMATS.find((one) => one.id === id);
  if (format === undefined) throw new Error(`There is no result format ${id}`);
  return format;
}
