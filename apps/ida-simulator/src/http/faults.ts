import type { Steering } from '../service/steering.js';

/** What is to go wrong; each is absent unless asked for. */
export interface Faults {
  /** Delay before an answer, 0 to 600,000. */
  readonly latencyMs?: number;
  /** Up to so much more, evenly spread, 0 to 600,000. */
  readonly jitterMs?: number;
  /** Answer as a gateway in front of IDA would, 400 to 599; the call does not reach IDA then. */
  readonly httpStatus?: number;
  /** For this share of the calls, 0 to 1; default 1. */
  readonly httpStatusRate?: number;
  /** Answer HTTP 200 with a web page, as a maintenance page would; the call does not reach IDA then. */
  readonly html?: boolean;
  /** Carry the call out and never answer. */
  readonly hang?: boolean;
  /** The same, for this share of the calls, 0 to 1. */
  readonly hangRate?: number;
  /** Carry the call out and break the connection, for this share of the calls, 0 to 1. */
  readonly resetRate?: number;
  /** Sign something else than the answer. */
  readonly badSignature?: boolean;
  /** Leave `response-signature` out. */
  readonly noSignature?: boolean;
  /** Give no tokens, as a deployment does that has `static.token.enable=false`. */
  readonly tokensOff?: boolean;
  /** VIDs that were revoked but are still there (IDA-MLC-023). */
  readonly revokedVids?: readonly string[];
  /** VIDs that were revoked and have been removed (IDA-MLC-018). */
  readonly removedVids?: readonly string[];
  /** Carry the calls out, and answer them with these errors whatever came of them. */
  readonly errors?: readonly ForcedError[];
  /** Let IDA's clock go ahead (or behind, if negative), up to ten years. */
  readonly clockOffsetMs?: number;
  readonly mispExpired?: boolean;
  readonly partnerInactive?: boolean;
  /** Every OTP is this one, six digits. */
  readonly fixedOtp?: string;
}

/** An error for the calls that it applies to; a call that several apply to is answered with all of them, in order. */
interface ForcedError {
  readonly code: string;
  readonly message: string;
  /** Applies to calls about these ids alone; default: all. */
  readonly individualIds?: readonly string[];
  /** Applies to this share of them, 0 to 1; default 1. */
  readonly rate?: number;
}

const LONGEST_DELAY_MS = 600_000;
const TEN_YEARS_MS = 10 * 366 * 24 * 3_600_000;

interface Rule {
  readonly isValid: (value: unknown) => boolean;
  readonly expected: string;
}

const FLAG: Rule = { isValid: (value) => typeof value === 'boolean', expected: 'true or false' };
const SHARE: Rule = { isValid: isShare, expected: 'a number from 0 to 1' };

const RULES: Readonly<Record<keyof Faults, Rule>> = {
  latencyMs: integer(0, LONGEST_DELAY_MS),
  jitterMs: integer(0, LONGEST_DELAY_MS),
  httpStatus: integer(400, 599),
  httpStatusRate: SHARE,
  html: FLAG,
  hang: FLAG,
  hangRate: SHARE,
  resetRate: SHARE,
  badSignature: FLAG,
  noSignature: FLAG,
  tokensOff: FLAG,
  revokedVids: { isValid: isTexts, expected: 'a list of VIDs, each a text' },
  removedVids: { isValid: isTexts, expected: 'a list of VIDs, each a text' },
  errors: {
    isValid: (value) => Array.isArray(value) && value.every(isForcedError),
    expected:
      'a list of {code, message, individualIds?, rate?}: texts, a list of texts, a number from 0 to 1',
  },
  clockOffsetMs: integer(-TEN_YEARS_MS, TEN_YEARS_MS),
  mispExpired: FLAG,
  partnerInactive: FLAG,
  fixedOtp: {
    isValid: (value) => typeof value === 'string' && /^\d{6}$/.test(value),
    expected: 'a text of six digits',
  },
};

/** @returns the faults, or the sentence that says what is wrong with them */
export function readFaults(json: unknown): Faults | string {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return 'the body is not a JSON object';
  for (const [name, value] of Object.entries(json)) {
    const rule = Object.hasOwn(RULES, name) ? RULES[name as keyof Faults] : undefined;
    if (rule === undefined)
      return `there is no fault of that name; known are ${Object.keys(RULES).join(', ')}`;
    if (!rule.isValid(value)) return `${name} must be ${rule.expected}`;
  }
  return json;
}

function integer(lowest: number, highest: number): Rule {
  return {
    isValid: (value) => Number.isInteger(value) && Number(value) >= lowest && Number(value) <= highest,
    expected: `a whole number from ${lowest} to ${highest}`,
  };
}

function isShare(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

function isForcedError(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { code, message, individualIds = [], rate = 0, ...others } = value as Record<string, unknown>;
  const isComplete = typeof code === 'string' && code !== '' && typeof message === 'string';
  return isComplete && isTexts(individualIds) && isShare(rate) && Object.keys(others).length === 0;
}

/** What the faults tell IDA itself; those of the transport are not among it. */
export function steeringOf({ revokedVids = [], removedVids = [], errors = [] }: Faults): Steering {
  const rules = errors.map(({ code, message, individualIds, rate = 1 }) => ({
    error: { errorCode: code, errorMessage: message },
    ids: individualIds && new Set(individualIds),
    rate,
  }));
  return {
    revokedVids: new Set(revokedVids),
    removedVids: new Set(removedVids),
    forcedErrors: (individualId) =>
      rules.filter(({ ids, rate }) => isAmong(ids, individualId) && strikes(rate)).map(({ error }) => error),
  };
}

function isAmong(ids: ReadonlySet<string> | undefined, individualId: unknown): boolean {
  return ids === undefined || (typeof individualId === 'string' && ids.has(individualId));
}

/** Whether a fault that hits a share of the calls hits this one. */
export function strikes(rate: number): boolean {
  return Math.random() < rate;
}
