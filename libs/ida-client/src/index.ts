export { type CallHooks, IdaClient } from './client.js';
export { type CodeRule, CODES, ruleOf } from './codes.js';
export type { NameCase } from './demographics.js';
export type { IdaClientOptions, PreflightRules } from './options.js';
export type { PreflightResult } from './preflight.js';
export { type Profile, type ProfileName, PROFILES } from './profiles.js';
