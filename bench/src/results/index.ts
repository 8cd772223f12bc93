export { BENCH_NAMES } from '../benches.js';
export { type Conditions, conditionsNow, conditionsText } from './conditions.js';
export { FAULT_COLUMNS, type FaultCounts, type FaultLine, faultsText } from './fault-line.js';
export { reasonOf } from './reason.js';
export { ResultsFolder } from './results-folder.js';
export { textTable } from './tables.js';
