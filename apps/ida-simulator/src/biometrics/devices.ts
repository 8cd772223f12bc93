import type { DecryptionKeys } from '../crypto/decryption-keys.js';
import type { RequestSignatureVerifier } from '../crypto/request-signature.js';

/** What IDA needs to take captures of registered devices. */
export interface Devices {
  /** Application `IDA`, reference `IDA-FIR`: what devices encrypt templates for. */
  readonly templateKeys: DecryptionKeys;
  /** Under the CAs of keymanager's domain `Device`: who signs captures. */
  readonly captureSignatures: RequestSignatureVerifier;
  /** Under those of the domain `FTM`: who signs what a device says of itself. */
  readonly digitalIdSignatures: RequestSignatureVerifier;
}
