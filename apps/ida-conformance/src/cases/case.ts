import { IDA_VERSIONS, type IdaVersion } from '@mts/domain';

import type { Changes } from '../exchange/changes.js';
import type { Given } from './given.js';

export const VERSIONS = IDA_VERSIONS;
export type Version = IdaVersion;

export type Call = 'auth' | 'kyc' | 'otp';

/**
 * Whose number is sent. `nobody`: one that no person has, because its check digit is wrong. IDA stumbles over it at
 * its last check before it looks a person up, so whatever it lets through, nobody is touched.
 */
export type Who = 'nobody' | 'nobody by VID' | IdentityName;

/** The test identities, as the identities file names them. */
export const IDENTITY_NAMES = [
  'uin',
  'vid',
  'handle',
  'oneTimeVids',
  'unissuedUin',
  'deactivatedUin',
  'lockedUin',
  'blockedUin',
  'expiredVid',
  'revokedVid',
] as const;
export type IdentityName = (typeof IDENTITY_NAMES)[number];

/** What comes of a call. */
export type Outcome =
  /** IDA confirms: a token of digits (`auth`, `kyc`), or an OTP on its way (`otp`). `token` is relative to the first ask. */
  | { readonly kind: 'confirms'; readonly token?: 'same' | 'other' }
  /** IDA refuses, with exactly these codes in this order. */
  | { readonly kind: 'refuses'; readonly codes: readonly string[]; readonly token?: 'present' | 'absent' }
  | { readonly kind: 'http'; readonly status: number }
  | { readonly kind: 'silence' };

/** An outcome, and what it says of this IDA where several are possible. */
export interface Reading {
  readonly means: string;
  readonly outcome: Outcome;
}

/** What to expect from a version on, until the next one that is named. */
export type Expected = { readonly [From in Version]?: Outcome | readonly Reading[] } & {
  readonly '1.1.5': Outcome | readonly Reading[];
};

/** What is looked at besides the outcome. */
export type Property =
  'signed' | 'echoes the transaction' | 'opens for the partner key' | 'is not for another key';

/** One call of a case, and what is to come of it. */
export interface Ask {
  readonly call: Call;
  readonly who: Who;
  /** Which demographics are sent; without it a date of birth that nobody's number is looked up for. */
  readonly given?: Given;
  readonly changes?: Changes;
  /** Takes the transaction id of the first ask; otherwise each ask has a new one. */
  readonly inTransaction?: 'of the first';
  /** Sent by this project's own client of IDA, whose bytes are thereby tried. */
  readonly by?: 'the client';
  readonly expected: Expected;
  readonly also?: readonly Property[];
}

/**
 * `documented`: MOSIP says so, or its configuration does by default. `read in code`: MOSIP's source says so.
 * `uncertain`: to be found out; whatever IDA does settles it.
 */
export type Certainty = 'documented' | 'read in code' | 'uncertain';

/** Something that only some relying parties have, named as in the configuration file. */
export type Entitlement = 'kyc' | 'otp' | 'otp-request' | 'domainUri' | 'otp by hand';

export interface Case {
  /** Lasting, such as `envelope.wrong-hash`. */
  readonly id: string;
  /** A sentence about IDA. */
  readonly title: string;
  /** `form`: what a client may send and IDA must take. `refusal`: what IDA must refuse. `rule`: how IDA decides. */
  readonly kind: 'form' | 'refusal' | 'rule';
  /** Which of IDA's 29 checks it is about; see the guide. */
  readonly checks: readonly number[];
  readonly asks: readonly [Ask, ...Ask[]];
  readonly certainty: Certainty;
  /** MOSIP component, file and version, or the document. */
  readonly source: string;
  readonly from?: Version;
  readonly until?: Version;
  readonly needs?: readonly Entitlement[];
  /** It may pin a thread of IDA for ever. */
  readonly isDangerous?: true;
}

/** What a case does to the world outside IDA, the mildest first. */
export const TOUCHES = ['nobody', 'notifying', 'consuming', 'dangerous'] as const;
export type Touch = (typeof TOUCHES)[number];

/** Numbers that no resident stands behind. */
const BELONGS_TO_NOBODY: ReadonlySet<Who> = new Set(['nobody', 'nobody by VID', 'unissuedUin']);

export function isSomebody(who: Who): who is IdentityName {
  return !BELONGS_TO_NOBODY.has(who);
}

export function touchOf({ asks, isDangerous }: Case): Touch {
  if (isDangerous === true) return 'dangerous';
  if (asks.some(({ who }) => who === 'oneTimeVids')) return 'consuming';
  return asks.some(({ who }) => isSomebody(who)) ? 'notifying' : 'nobody';
}

export function isAtLeast(version: Version, least: Version): boolean {
  return VERSIONS.indexOf(version) >= VERSIONS.indexOf(least);
}

/** What a version is expected to do; several readings where that is to be found out. */
export function readingsFor(expected: Expected, version: Version): readonly Reading[] {
  const from =
    VERSIONS.findLast((each) => isAtLeast(version, each) && expected[each] !== undefined) ?? '1.1.5';
  const found = expected[from] ?? expected['1.1.5'];
  return 'kind' in found ? [{ means: '', outcome: found }] : found;
}
