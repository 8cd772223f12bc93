export { csvInput } from './descriptor.js';
export { type CsvOptions, readCsv } from './reader.js';
export type { CsvRow } from './table.js';
