import type { FaultClass, FaultEffect, FaultScope } from '@mts/domain';
import type { ProfileName } from '../profiles.js';

/** The calls of IDA that this client makes. */
export const IDA_CALLS = ['auth', 'kyc', 'otp'] as const;
export type IdaCall = (typeof IDA_CALLS)[number];

/** What a code of IDA, or one of its meanings, tells whoever asked. */
export interface CodeRule {
  readonly faultClass: FaultClass;
  readonly scope: FaultScope;
  readonly effect: FaultEffect;
  /** IDA's own text; `%s` is a word of IDA's, such as the name of a parameter. */
  readonly text: string;
  /** Its wordings in other versions, or with a language. */
  readonly otherTexts?: readonly string[];
  /** Where one code has several meanings, the messages to which this one applies; the last rule has none. */
  readonly when?: RegExp;
  /** The first version that has it; all later ones do. */
  readonly since: ProfileName;
  /** The calls that can be answered with it, in one version at least. None: IDA declares it, and never sends it. */
  readonly calls: readonly IdaCall[];
  /** One sentence for whoever holds the row: what IDA says with it. */
  readonly means: string;
  /** One sentence: what to do about it. */
  readonly advice: string;
}

/** Codes, each with its meanings; the first whose `when` fits applies. */
export type CodeTable = Readonly<Record<string, CodeRule | readonly CodeRule[]>>;

type Verdict = Pick<CodeRule, 'faultClass' | 'scope' | 'effect'>;
type Row = Omit<CodeRule, keyof Verdict | 'since' | 'calls'> & Partial<Pick<CodeRule, 'since' | 'calls'>>;

const kind =
  (faultClass: FaultClass, scope: FaultScope, effect: FaultEffect) =>
  (row: Row): CodeRule => ({ since: '1.1.5', calls: IDA_CALLS, ...row, faultClass, scope, effect });

/*
 * `not-asked` stands where IDA refuses before `IdServiceImpl.updateVIDstatus` could use up a VID, so before anybody is
 * texted: its filter (`IdAuthFilter`) and its validators (`AuthRequestValidator`, `OTPRequestValidator`).
 */

/** Final for the person: refused on sight, before anything was looked up. */
export const refused = kind('record', 'record', 'not-asked');
/** Final for the person: IDA looked, so a VID may be used up and the person texted. */
export const answered = kind('record', 'record', 'unknown');
/** The set-up of the profile is at fault, found before the person was looked up. */
export const setup = kind('configuration', 'profile', 'not-asked');
/** The same, found when a VID may already be used up. */
export const lateSetup = kind('configuration', 'profile', 'unknown');
/** What one caller chose for a list is at fault: its language, its kind of number. */
export const choice = kind('configuration', 'request', 'not-asked');
/** Our own defect, or our clock. */
export const defect = kind('client', 'profile', 'not-asked');
/** IDA's own services fail, for everybody. */
export const outage = kind('transient', 'profile', 'unknown');
/** IDA failed over this record; whether over others too cannot be told from it. */
export const passing = kind('transient', 'record', 'unknown');
/** A code without a meaning for this client: no statement about the person, nor about anybody else. */
export const unheardOf = kind('configuration', 'record', 'unknown');

/** The calls that check a person's factors. */
export const MATCHING: readonly IdaCall[] = ['auth', 'kyc'];
/** Declared by IDA, and sent by none of these calls. */
export const NEVER: readonly IdaCall[] = [];
