import type { X509Certificate } from 'node:crypto';

import type { DecryptionKey } from '../crypto/envelope.js';
import type { RequestSignatureVerifier } from '../crypto/request-signature.js';
import type { GivenDemographics } from '../matching/demographics.js';
import type { Found, Population } from '../population/population.js';
import type { IdaError } from './codes.js';
import type { Profile } from './profiles.js';
import type { Factor, Registration } from './registration.js';
import type { Settings } from './settings.js';

/** Everything that a check may need of the service. */
export interface Ida {
  readonly profile: Profile;
  readonly settings: Settings;
  readonly registration: Registration;
  readonly decryptionKey: DecryptionKey;
  readonly signatures: RequestSignatureVerifier;
  readonly population: Population;
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
}

/** A call, and what the checks have found out about it so far: each field is set by the check that its text names. */
export interface Call extends Incoming {
  /** Set when the signature was verified. */
  signer?: X509Certificate;
  /** The decrypted block as JSON, set when the envelope was opened; absent if the call has no `request` at all. */
  requestJson?: Readonly<Record<string, unknown>>;
  /** Set when message and block were read. */
  request?: AuthRequest;
  /** Set when the id's type was determined; spelled as IDA does. */
  idType?: IdType;
  /** Set when the individual was looked up. */
  individual?: Found;
  /** The Token ID that the call can be answered with, set once the VID was used up. */
  token?: string;
}

export type IdType = 'UIN' | 'VID' | 'HANDLE';

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
