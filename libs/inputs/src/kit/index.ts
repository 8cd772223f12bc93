export {
  compileMapping,
  type MappedRecord,
  type Mapper,
  type Mapping,
  type MappingOptions,
} from './mapping.js';
export { personBytes } from './record-fingerprint.js';
export type { InputDescriptor, SourceRecord } from './source.js';
export {
  checkRecord,
  compileRules,
  type RecordCheck,
  type RecordRules,
  type RecordRuleSettings,
} from './validation.js';
export { openRequestOptions, type RequestOptions, sealRequestOptions } from './request-options.js';
