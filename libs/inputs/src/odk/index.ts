export { odkInput } from './descriptor.js';
export { OdkFault } from './fault.js';
export { type OdkOrder, openOdkOrder, sealOdkOrder } from './order.js';
export { OdkPull, type OdkPullOptions, type PullCounts } from './reader.js';
export type { OdkConfig } from './config.js';
export { type OdkSource, readOdkSource } from './source.js';
