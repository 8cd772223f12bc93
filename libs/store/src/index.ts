export { databaseTrouble, type DatabaseTrouble } from '@mts/postgres';

export { type ActiveApiKey, ApiKeyStore, type NewApiKey, type StoredApiKey } from './api-key-store.js';
export {
  type AwaitedStanding,
  AwaitedStore,
  type Hindrance,
  type NewAwaitedRequest,
} from './awaited-store.js';
export { type NewRecord, CopyBlock } from './copy/copy-block.js';
export { Database, type DatabaseOptions, migrate, SchemaError, Transaction } from './database.js';
export { type DeadLetter, type DeadLetterName, DeadLetterStore, type PutBack } from './dead-letter-store.js';
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
export { type StandingHold, standingHolds } from './hold-store.js';
export { eraseSecretsOf, type KekIdentity, keksInUse, unusedKeks, verifyKek } from './kek-store.js';
export { type KekUse, kekUse, knownKeks, notedKeks } from './kek-use.js';
export { forgetOutdated } from './outdated.js';
export { reclaimRecords } from './reclaim.js';
export { type Vacuumed } from './vacuum.js';
export { type KeyPurpose, replaceWrappedKeys, type WrappedKey, wrappedKeysOf } from './key-store.js';
export {
  FAULTS_MAX,
  RANGES_SET_ASIDE,
  RANGES_STUMBLED,
  SEEDER_BEAT_SECONDS,
  SEEDER_GONE_AFTER_SECONDS,
} from './holds.js';
export { IdempotencyStore, type KeyedRequest, type WrappedSecret } from './idempotency-store.js';
export { type Rewriting, rewriteKeyTables } from './key-rewrite.js';
export {
  findLeftovers,
  type Leftover,
  type LeftoverKind,
  type LeftoverLimits,
  LEFTOVERS,
} from './leftovers.js';
export { OfferedRanges, type WaitingRange } from './offered-ranges.js';
export { type Following, Notifications, type NotificationsOptions } from './notifications.js';
export { type OpinionOfOthers, OpinionStore } from './opinion-store.js';
export { FIRST_PAGE_AFTER, type OfRequest, type Page } from './page.js';
export {
  type DeliveryOverview,
  type ErrorCount,
  LISTED_STATES,
  type ListedState,
  type ListPlace,
  type OverviewPage,
  OverviewStore,
  type PullOverview,
  type RequestFilter,
  type RequestOverview,
} from './overview-store.js';
export { type NoProbe, type ProbeRange, type ProbeRecord, ProbeStore } from './probe-store.js';
export {
  type Probe,
  type ProfileHold,
  type HeldSeeder,
  type HoldOfAll,
  ProfileStore,
  RESERVED_AT_ONCE_MS,
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
  endOfTwins,
  FIRST_TWIN_AFTER,
  type Lease,
  LEASE_SECONDS,
  LeaseLostError,
  type LeasePurpose,
  type NewOutcome,
  type OpenRecord,
  type RecordMark,
  RangeStore,
  type Renewal,
  type SharedOutcome,
  type TwinPlace,
} from './range-store.js';
export { type Lines, OutageLog } from './outage-log.js';
export { isOfDatabase, passesByItself } from './passing-fault.js';
export { eraseRemains } from './remains.js';
export { endRequest, notifyOf } from './request-end.js';
export {
  type InFlightGrant,
  type ListsOfSeeders,
  type LiveSeeder,
  type SeederFigures,
  SeederStore,
} from './seeder-store.js';
export {
  type Cancellation,
  type Erasure,
  type LiftedHold,
  type Pause,
  type Resumption,
  type Retry,
  SteeringStore,
} from './steering-store.js';
export { type SetAsideRange, SetAsideStore } from './set-aside-store.js';
export { type SilenceProof, SilenceStore } from './silence-store.js';
export { TicketStore } from './ticket-store.js';
export {
  type Archiving,
  type DueWork,
  type NewRequest,
  type Progress,
  RANGE_LENGTH_RECORDS,
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
