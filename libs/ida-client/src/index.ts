// First, because undici breaks on an older Node.js when it is loaded, with an error of its own making.
// oxlint-disable-next-line import/no-unassigned-import -- it exports nothing that a caller needs
import './node-version.js';
export { type CallOptions, IdaClient, type KycOptions } from './client.js';
export type { CallHooks } from './exchange.js';
export * from './keys/index.js';
export type { KycOutcome } from './kyc/kyc.js';
export type { KycIdentity } from './kyc/kyc-identity.js';
export type { OtpChannel, OtpOutcome, OtpRequest } from './otp/otp.js';
export type { AskedPerson } from './request.js';
export { type CodeRule, type Codes, CODES, type IdaCall, ruleOf } from './codes.js';
export { isMosipCode } from './answer.js';
export type { NameCase } from './demographics.js';
export { errorCode } from './error-code.js';
export type { IdaClientOptions, PreflightRules } from './options.js';
export type { PreflightResult } from './preflight.js';
export { isTraced } from './tracing.js';
export { type Profile, type ProfileName, PROFILES } from './profiles.js';
