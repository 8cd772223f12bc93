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
  /** Carry the call out and never answer. */
  readonly hang?: boolean;
  /** Carry the call out and break the connection, for this share of the calls, 0 to 1. */
  readonly resetRate?: number;
  /** Sign something else than the answer. */
  readonly badSignature?: boolean;
  /** Let IDA's clock go ahead (or behind, if negative), up to ten years. */
  readonly clockOffsetMs?: number;
  readonly mispExpired?: boolean;
  readonly partnerInactive?: boolean;
}

const LONGEST_DELAY_MS = 600_000;
const TEN_YEARS_MS = 10 * 366 * 24 * 3_600_000;

interface Rule {
  readonly isValid: (value: unknown) => boolean;
  readonly expected: string;
}

const FLAG: Rule = { isValid: (value) => typeof value === 'boolean', expected: 'true or false' };

const RULES: Readonly<Record<keyof Faults, Rule>> = {
  latencyMs: integer(0, LONGEST_DELAY_MS),
  jitterMs: integer(0, LONGEST_DELAY_MS),
  httpStatus: integer(400, 599),
  httpStatusRate: share(),
  hang: FLAG,
  resetRate: share(),
  badSignature: FLAG,
  clockOffsetMs: integer(-TEN_YEARS_MS, TEN_YEARS_MS),
  mispExpired: FLAG,
  partnerInactive: FLAG,
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

function share(): Rule {
  return {
    isValid: (value) => typeof value === 'number' && value >= 0 && value <= 1,
    expected: 'a number from 0 to 1',
  };
}

/** Whether a fault that hits a share of the calls hits this one. */
export function strikes(rate: number): boolean {
  return Math.random() < rate;
}
