export { jsonInput } from './descriptor.js';
export { parseJsonExact } from './exact.js';
export { recordsOf } from './reader.js';
