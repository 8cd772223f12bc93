export type { Result, ResultFormat, ResultState, ResultWriter } from './kit/format.js';
export { RESULT_FORMAT_IDS, RESULT_FORMATS, type ResultFormatId, resultFormat } from './registry.js';
