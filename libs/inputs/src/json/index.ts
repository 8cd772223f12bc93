export { jsonInput } from './descriptor.js';
export { parseJsonExact, stringifyExact } from './exact.js';
export { recordsOf } from './reader.js';
