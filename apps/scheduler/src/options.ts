import { type Config, type Environment, readConfig } from '@mts/platform';

const NAMES = ['databaseUrl', 'databaseSchema', 'queueSchema', 'databaseConnectionsMax', 'logLevel'] as const;

export type SchedulerConfig = Config<(typeof NAMES)[number]>;

export function readSchedulerConfig(environment: Environment): SchedulerConfig {
  return readConfig(NAMES, environment);
}
