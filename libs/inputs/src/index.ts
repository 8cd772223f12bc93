export { type CsvOptions, type CsvRow, readCsv } from './csv/index.js';
export { parseJsonExact, recordsOf, stringifyExact } from './json/index.js';
export {
  checkRecord,
  compileMapping,
  compileRules,
  type InputDescriptor,
  type MappedRecord,
  type Mapper,
  type Mapping,
  type MappingOptions,
  openRequestOptions,
  personBytes,
  type RecordCheck,
  type RecordRules,
  type RecordRuleSettings,
  type RequestOptions,
  sealRequestOptions,
  type SourceRecord,
} from './kit/index.js';
export { type InputId, INPUTS } from './registry.js';
