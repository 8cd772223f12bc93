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
  Result,
  ResultFormat,
  ResultState,
  ResultWriter,
  ShapedFormat,
  ShapedRow,
  ShapedWriter,
} from './kit/format.js';
export { RESULT_FORMAT_IDS, RESULT_FORMATS, type ResultFormatId, resultFormat } from './registry.js';
