export { type CsvOptions, type CsvRow, readCsv } from './csv/index.js';
export { recordsOf } from './json/index.js';
export {
  checkRecord,
  compileMapping,
  compileRules,
  type InputDescriptor,
  type MappedRecord,
  type Mapper,
  type Mapping,
  type MappingOptions,
  type OneTimeFactors,
  openRequestOptions,
  parseJsonExact,
  personBytes,
  type RecordCheck,
  type RecordRules,
  type RecordRuleSettings,
  type RequestOptions,
  type SealedBlock,
  sealInBlocks,
  type SealingSetup,
  sealRequestOptions,
  type SourceRecord,
  stringifyExact,
} from './kit/index.js';
export {
  type OdkConfig,
  OdkFault,
  type OdkOrder,
  OdkPull,
  type OdkPullOptions,
  type OdkSource,
  openOdkOrder,
  type PullCounts,
  readOdkSource,
  sealOdkOrder,
} from './odk/index.js';
export { type InputId, INPUTS } from './registry.js';
