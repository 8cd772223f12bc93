export { jsonInput } from './descriptor.js';
export { recordsOf } from './reader.js';
