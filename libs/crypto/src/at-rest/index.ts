export { openCorrelation, sealCorrelation } from './correlation.js';
export {
  BlindIndex,
  DataKeyUnwrapError,
  type DataKeyPurpose,
  newDataKey,
  type RequestKeyPurpose,
  unwrapDataKey,
  wrapDataKey,
} from './data-keys.js';
export { DirectoryKekProvider } from './directory-kek-provider.js';
export {
  checkValue,
  type Destruction,
  KekError,
  type KekFile,
  type KekProvider,
  type KeyEncryptionKey,
} from './kek-provider.js';
export { type MissingKek, missingKek } from './missing-kek.js';
export type { MountedKeks } from './mounted-keks.js';
export { RecordSealer, SealBrokenError, type SealedPlace } from './record-sealer.js';
export { StaticKekProvider } from './static-kek-provider.js';
export { type KekSettings, openKekProvider } from './open-kek-provider.js';
export {
  makeRequestKeys,
  type NewRequestKeys,
  openRequestKey,
  type RequestKeys,
  type WrappedRequestKeys,
} from './request-keys.js';
