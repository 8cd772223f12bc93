export { type NewRecord, CopyBlock } from './copy/copy-block.js';
export { Database, type DatabaseOptions, migrate, SchemaError, Transaction } from './database.js';
export { Request } from './entities/request.entity.js';
export { FiringStore } from './firing-store.js';
export { type KekIdentity, keksInUse, unusedKeks, verifyKek } from './kek-store.js';
export {
  type Probe,
  type ProfileHold,
  ProfileStore,
  SEEDER_BEAT_SECONDS,
  type StoredPreflight,
} from './profile-store.js';
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
  type NewRequest,
  type Progress,
  RequestStore,
  type ResultRecord,
  type ResultRecordWithInput,
  type SamePerson,
  type Submission,
  type SubmittedState,
  UploadGoneError,
} from './request-store.js';
