import type { X509Certificate } from 'node:crypto';

import type { DecryptionKeys } from '../crypto/decryption-keys.js';
import type { RequestSignatureVerifier } from '../crypto/request-signature.js';
import type { Capture } from '../biometrics/capture.js';
import type { Devices } from '../biometrics/devices.js';
import type { GivenDemographics } from '../matching/demographics.js';
import type { DisclosedIdentity } from '../kyc/encryption.js';
import type { MaskedAddresses } from '../otp/masking.js';
import type { OtpDesk } from '../otp/otp-desk.js';
import type { RecentCalls } from '../otp/recent-calls.js';
import type { Found, Population } from '../population/population.js';
import type { IdaError } from './codes.js';
import type { IdTypeName, Profile } from './profiles.js';
import type { Factor, Registration } from './registration.js';
import type { Settings } from './settings.js';
import type { Steering } from './steering.js';

/** Everything that a check may need of the service. */
export interface Ida {
  readonly profile: Profile;
  readonly settings: Settings;
  readonly registration: Registration;
  readonly decryptionKeys: DecryptionKeys;
  readonly signatures: RequestSignatureVerifier;
  readonly population: Population;
  readonly steering: Steering;
  readonly otps: OtpDesk;
  readonly recentCalls: RecentCalls;
  /** Absent: no device is registered, so no biometrics are taken. */
  readonly devices?: Devices;
  /** Sent in place of a random OTP. */
  readonly fixedOtp?: string | undefined;
}

/** A call as it came in. */
export interface Incoming {
  /** The path after the context `/idauthentication/v1`, undecoded, without empty segments. */
  readonly segments: readonly string[];
  readonly signature: string | undefined;
  readonly authorization: string | undefined;
  /** The body as text, and what it says. */
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly now: Date;
}

/** The message in the form that IDA's `AuthRequestDTO` has. */
export interface AuthRequest {
  readonly individualId: string | null;
  readonly individualIdType: string | null;
  readonly transactionID: string | null;
  readonly requestTime: string | null;
  readonly domainUri: string | null;
  readonly env: string | null;
  readonly consentObtained: boolean;
  /** The decrypted block; undefined if the call has none. */
  readonly block: RequestBlock | undefined;
}

export interface RequestBlock {
  readonly timestamp: string | null;
  readonly demographics: GivenDemographics;
  readonly factors: readonly Factor[];
  readonly otp: string | null;
}

/** A call, and what the checks have found out about it so far: each field is set by the check that its text names. */
export interface Call extends Incoming {
  /** The fields of the envelope, set when they were decoded; absent, like the next three, if there is no `request`. */
  sealed?: { readonly request: Buffer; readonly hash: Buffer; readonly sessionKey: Buffer };
  /** Set when the hash was decrypted. */
  opened?: { readonly sessionKey: Buffer; readonly hash: string };
  /** The decrypted block, set when it was decrypted. */
  plaintext?: string;
  /** The decrypted block as JSON, set when it was parsed. */
  requestJson?: Readonly<Record<string, unknown>>;
  /** The certificate that the signature's header names, set when it was looked for. */
  signer?: X509Certificate;
  /** Set when message and block were read. */
  request?: AuthRequest;
  /** Set when the id's type was determined; spelled as IDA does. */
  idType?: IdTypeName;
  /** Set when the individual was looked up. */
  individual?: Found;
  /** The Token ID that the call can be answered with (null: IDA gives none), set once the VID was used up. */
  token?: string | null;
  /** `request.biometrics`, set when signatures and hashes were verified. */
  captures?: readonly Capture[];
  /** `otpChannel` of an OTP request, set when it was read. */
  otpChannels?: readonly string[];
  /** Set when an OTP was sent. */
  maskedAddresses?: MaskedAddresses;
  /** Set once an eKYC call matched, unless the policy discloses nothing. */
  disclosedIdentity?: DisclosedIdentity;
}

/** One of IDA's checks. It answers with what it objects to; later checks can rely on what it has put into the call. */
export interface Check {
  readonly name: string;
  /** Its place among the 29 steps of IDA's order, see `checks/index.ts`; one step can have several checks. */
  readonly step: number;
  readonly run: (call: Call, ida: Ida) => readonly IdaError[];
}

/** The comparison of what a call brought with what IDA holds: the 28th step. */
export interface FactorCheck {
  readonly name: string;
  readonly step: 28;
  readonly run: (call: Call, ida: Ida) => FactorOutcome;
}

export type FactorOutcome =
  /** Also that of a factor which the call does not bring. */
  | { readonly kind: 'match' }
  | { readonly kind: 'mismatch'; readonly errors: readonly IdaError[] }
  /** IDA cannot compare, throws and answers with this one error. */
  | { readonly kind: 'stopped'; readonly error: IdaError };

export const NO_OBJECTION: readonly IdaError[] = [];

/** What an earlier check has found; that it ran is the order's business. */
export function found<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new TypeError(`${what} is needed before the check that finds it`);
  return value;
}
