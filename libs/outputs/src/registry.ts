import { csvFormat } from './formats/csv/index.js';
import { jsonFormat } from './formats/json/index.js';
import { ndjsonFormat } from './formats/ndjson/index.js';
import type { ResultFormat } from './kit/format.js';

/** Every result format that `output` of a request can name: one folder, one line here. */
export const RESULT_FORMATS = [jsonFormat, csvFormat] as const;
/** Those in which any result can be fetched, whatever its request named. */
export const DOWNLOAD_FORMATS = [...RESULT_FORMATS, ndjsonFormat] as const;

export type ResultFormatId = (typeof RESULT_FORMATS)[number]['id'];
export type DownloadFormatId = (typeof DOWNLOAD_FORMATS)[number]['id'];

export const RESULT_FORMAT_IDS: readonly ResultFormatId[] = RESULT_FORMATS.map(({ id }) => id);
export const DOWNLOAD_FORMAT_IDS: readonly DownloadFormatId[] = DOWNLOAD_FORMATS.map(({ id }) => id);

/** @throws for an id that is not in the registry: a defect of ours, requests are checked when they are taken in. */
export function resultFormat(id: string): ResultFormat {
  const format = DOWNLOAD_FORMATS.find((one) => one.id === id);
  if (format === undefined) throw new Error(`There is no result format ${id}`);
  return format;
}

/** How results get to their caller: fetched from here, or by one of the deliveries, each a folder. */
export const DELIVERY_TYPES = ['download', 'callback'] as const;
