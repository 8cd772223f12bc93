export { parseJsonExact, stringifyExact } from './exact.js';
export {
  compileMapping,
  type MappedRecord,
  type Mapper,
  type Mapping,
  type MappingOptions,
} from './mapping.js';
export { ENTRIES_MAX, ENTRY_LENGTH_MAX, excessOf, type MappingExcess } from './mapping-limits.js';
export { personBytes } from './record-fingerprint.js';
export { type SealedBlock, sealInBlocks, type SealingSetup } from './seal-records.js';
export type { InputDescriptor, SourceRecord } from './source.js';
export {
  checkRecord,
  compileRules,
  mandatoryFieldsOf,
  type RecordCheck,
  type RecordRules,
  type RecordRuleSettings,
} from './validation.js';
export {
  type OneTimeFactors,
  openRequestOptions,
  type RequestOptions,
  sealRequestOptions,
} from './request-options.js';
