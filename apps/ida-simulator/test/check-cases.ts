import type { ProfileName } from '../src/service/profiles.js';
import type { Steering } from '../src/service/steering.js';
import type { CallChanges } from './caller.js';
import type { Overrides } from './vector-ida.js';

export type Call = Omit<CallChanges, 'now'>;
export type IdaOfCase = Omit<Overrides, 'now' | 'version' | 'profile'>;

/** A call that just one of the checks objects to. */
export interface CheckCase {
  /** The name of that check. */
  readonly check: string;
  /** What is wrong with the call. */
  readonly what: string;
  readonly call?: Call;
  /** Calls before it, as they are. */
  readonly before?: readonly Call[];
  readonly ida?: IdaOfCase;
  readonly steering?: Partial<Steering>;
  readonly expected: Expected;
}

/**
 * The codes of the answer, in order (none: a match, with the token), or the HTTP status. `unknown`: that version does not
 * know the check; the call matches, and without the check it still does.
 */
export type Verdict = readonly string[] | number | 'unknown';

/** By version. One that is left out objects to the call for another reason. */
export type Expected = Readonly<Partial<Record<ProfileName, Verdict>>>;

export const VERSIONS: readonly ProfileName[] = ['1.1.5', '1.2.0', '1.2.0.1', '1.2.1', '1.3.0'];

/** The same verdict of all versions, or of some. */
export function always(verdict: Verdict, versions: readonly ProfileName[] = VERSIONS): Expected {
  return Object.fromEntries(versions.map((version) => [version, verdict]));
}

/** An error of the filters: the general one stands before it since 1.2.0. */
export function filtered(code: string): Expected {
  return { ...always(['IDA-MLC-007', code]), '1.1.5': [code] };
}
