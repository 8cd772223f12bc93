export { isAbsent, isList, isObject, type JsonObject, type JsonValue } from './json-value.js';
export {
  AUTH_FIELDS,
  type AuthField,
  type Demographics,
  type LanguageValue,
  type Person,
  type ReceivedRecord,
} from './person.js';
export {
  type AuthOutcome,
  FAULT_CLASSES,
  type FaultClass,
  type FaultEffect,
  type FaultScope,
  IdaFault,
  type OutcomeError,
  type ResultRow,
} from './outcome.js';
export {
  assertRequestMove,
  DELIVERY_STATES,
  type DeliveryState,
  FINAL_RECORD_STATES,
  FINISHED_REQUEST_STATES,
  type Hold,
  type HoldKind,
  isFinished,
  PULL_STATES,
  type PullState,
  RECORD_STATES,
  type RecordState,
  REQUEST_STATES,
  type RequestState,
} from './states.js';
export { type Caller, type Role, ROLES } from './roles.js';
export { IDA_VERSIONS, type IdaVersion } from './ida-versions.js';
export {
  DUTIES,
  type Duty,
  HELPERS_CALLED_MAX,
  QUEUE_NAMES,
  type QueueMessages,
  type QueueName,
} from './queues.js';
export { CATALOGUE, type ErrorCode, type ErrorDetails, errorText, isErrorCode } from './errors/catalogue.js';
export { ApiError } from './errors/api-error.js';
export { adviceOf } from './errors/advice.js';
