export { type JqPoolOptions, JqPool } from './jq/jq-pool.js';
export {
  formatInput,
  MADE_UP_MATCH,
  MADE_UP_MISMATCH,
  OutputFormats,
  PROGRAM_LENGTH_MAX,
} from './jq/output-formats.js';
export type { FormatInput, ShapedRecord } from './jq/program.js';
export type { Shaping } from './jq/shaping.js';
export type {
  Column,
  OriginalRow,
  ResultFormat,
  ResultWriter,
  ShapedFormat,
  ShapedRow,
  ShapedWriter,
  Writer,
} from './kit/format.js';
export type { RecordResult, Result, ResultState } from './kit/result.js';
export { columnsOf } from './kit/format.js';
export { FieldNames, OriginalColumns } from './kit/original-columns.js';
export { type PagesOptions, ResultNotWholeError, resultPages } from './kit/result-pages.js';
export { type ResultOwner, UNREADABLE_RESULT } from './kit/unseal-result.js';
export { rowJson, shapedRowJson } from './kit/row-json.js';
export { type ReceivedResult, ResultRows } from './result-rows.js';
export {
  DELIVERY_TYPES,
  DOWNLOAD_FORMAT_IDS,
  DOWNLOAD_FORMATS,
  type DownloadFormatId,
  RESULT_FORMAT_IDS,
  RESULT_FORMATS,
  type ResultFormatId,
  resultFormat,
} from './registry.js';
export {
  CALLBACK_METHODS,
  CallbackClient,
  CallbackFault,
  type CallbackFaultEffect,
  type CallbackLogin,
  type CallbackMethod,
  type CallbackParts,
  type CallbackTarget,
  DELIVERED_RECORDS,
  openCallbackTarget,
  sealCallbackTarget,
  signingKey,
  longestCallMs,
} from './callback/index.js';
