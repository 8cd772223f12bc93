export { type ActiveApiKey, ApiKeyStore, type NewApiKey, type StoredApiKey } from './api-key-store.js';
export {
  type AwaitedStanding,
  AwaitedStore,
  type Hindrance,
  type NewAwaitedRequest,
} from './awaited-store.js';
export { type NewRecord, CopyBlock } from './copy/copy-block.js';
export { Database, type DatabaseOptions, migrate, SchemaError, Transaction } from './database.js';
export {
  type Delivery,
  type DeliveryEnd,
  type DeliveryLease,
  DeliveryLostError,
  DeliveryStore,
  type LockedDelivery,
  type NewTarget,
  type SentRecord,
  type UndeliveredRecord,
} from './delivery-store.js';
export { Request } from './entities/request.entity.js';
export { FiringStore } from './firing-store.js';
export { type KekIdentity, keksInUse, unusedKeks, verifyKek } from './kek-store.js';
export { IdempotencyStore, type KeyedRequest } from './idempotency-store.js';
export { type Following, Notifications, type NotificationsOptions } from './notifications.js';
export {
  type DeliveryOverview,
  type ErrorCount,
  type ListPlace,
  type OverviewPage,
  OverviewStore,
  type PullOverview,
  type RequestFilter,
  type RequestOverview,
} from './overview-store.js';
export {
  type Probe,
  type ProfileHold,
  ProfileStore,
  SEEDER_BEAT_SECONDS,
  type StoredPreflight,
} from './profile-store.js';
export {
  type Pull,
  type PullFaultText,
  type PullLease,
  PullLostError,
  PullStore,
  type Skipped,
} from './pull-store.js';
export {
  type Lease,
  LEASE_SECONDS,
  LeaseLostError,
  type NewOutcome,
  type OpenRecord,
  type RecordMark,
  RangeStore,
} from './range-store.js';
export { endRequest, notifyOf } from './request-end.js';
export {
  type Cancellation,
  type Erasure,
  type LiftedHold,
  type Retry,
  SteeringStore,
} from './steering-store.js';
export { TicketStore } from './ticket-store.js';
export {
  type DueWork,
  type NewRequest,
  type Progress,
  RequestStore,
  type Submission,
  type SubmittedState,
  UploadGoneError,
} from './request-store.js';
export {
  type Listed,
  type ResultRecord,
  type ResultRecordWithInput,
  type ResultSelection,
  ResultStore,
  type SamePerson,
} from './result-store.js';
