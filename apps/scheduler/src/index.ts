export { readSchedulerConfig, type SchedulerConfig } from './options.js';
export { SchedulerModule } from './scheduler.module.js';
