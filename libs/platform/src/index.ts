export { CALLER_MODES, type CallerMode } from './config/caller-options.js';
export { IDA_OPTIONS } from './config/ida-options.js';
export { tamperProofUrl } from './config/kinds.js';
export {
  CALLER_NAME,
  isLoopback,
  type NamedNetwork,
  neighbourhoodOf,
  Network,
  readNamedNetwork,
  subscriberOf,
} from './config/networks.js';
export type { Option, Reader } from './config/option.js';
export { OPTIONS, type OptionName, type OptionValue } from './config/options.js';
export {
  type Config,
  ConfigError,
  configProblems,
  type Environment,
  readConfig,
} from './config/read-config.js';
export { configurationReference } from './config/reference.js';
export { openToOthers } from './config/rules.js';
export {
  createLogger,
  type LogFields,
  type Logger,
  type LoggerOptions,
  type LogLevel,
} from './logging/logger.js';
export { NestLogger } from './logging/nest-logger.js';
export { describeError, redactText } from './logging/redaction.js';
export type { OutboundClient, OutboundClientOptions } from './outbound/client.js';
export { BodyTooLargeError, failureCode, ForbiddenAddressError } from './outbound/errors.js';
export { OutboundGuard, type OutboundRules, type Resolve, type ResolvedAddress } from './outbound/guard.js';
export { caPemProblemOf } from './outbound/own-authority.js';
// The one lib that may import axios lends out what its callers need of it.
export { type AxiosInstance, type AxiosRequestConfig, type AxiosResponse, isAxiosError } from 'axios';
export { Attempts, type AttemptsParts } from './attempts.js';
export { type Clock, systemClock } from './clock.js';
export { Ending } from './ending.js';
export { runApp } from './run-app.js';
export { databaseRefusal } from './start-failure.js';
