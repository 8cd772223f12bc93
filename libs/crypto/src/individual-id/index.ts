export { followsGeneratorRules } from './generator-rules.js';
export { type IndividualIdLengths, type IndividualIdType, individualIdType } from './individual-id-type.js';
export { isVerhoeffValid } from './verhoeff.js';
