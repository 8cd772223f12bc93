export type { Option, Reader } from './config/option.js';
export { OPTIONS, type OptionName, type OptionValue } from './config/options.js';
export { type Config, ConfigError, type Environment, readConfig } from './config/read-config.js';
export { configurationReference } from './config/reference.js';
export {
  createLogger,
  type LogFields,
  type Logger,
  type LoggerOptions,
  type LogLevel,
} from './logging/logger.js';
export { NestLogger } from './logging/nest-logger.js';
export { describeError, redactText } from './logging/redaction.js';
export { type Clock, systemClock } from './clock.js';
export { runApp } from './run-app.js';
export { databaseRefusal } from './start-failure.js';
