import { isVerhoeffValid } from '@mts/crypto';
import { type AuthOutcome, errorText, type FaultClass } from '@mts/domain';
import type { PreflightRules } from './options.js';
import { inRange } from './ranges.js';
import type { Question } from './request.js';

/** Whether IDA would answer for real people. `reason` is for operators, free of personal data and secrets. */
export type PreflightResult =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly faultClass: Exclude<FaultClass, 'record'>;
      readonly code: string;
      readonly reason: string;
    };

/** IDA read the whole request, took partner and policy for good, and stumbled over the number alone. */
const EXPECTED_CODES: ReadonlySet<string> = new Set(['IDA-MLC-002', 'IDA-MLC-004']);

/**
 * A question that IDA refuses at its very last check before it looks a person up.
 *
 * The kind of number is sent, because without it IDA looks for the kind first and stumbles before it reports what its
 * validators found: a wrong clock, a wrong env (`AuthController.authenticateIndividual`, v1.2.0.1). A date of birth
 * is the one attribute that needs no language, and is read only when it is compared.
 */
export function preflightQuestion(rules: PreflightRules = {}): Question {
  return {
    person: {
      individualId: impossibleNumber(inRange('preflight.idLength', rules.idLength ?? 10, 2, 64)),
      demographics: { dob: '1990/01/01' },
    },
    individualIdType: rules.idType ?? 'UIN',
  };
}

export function preflightResult(outcome: AuthOutcome): PreflightResult {
  if (outcome.kind === 'matched') {
    return {
      ok: false,
      faultClass: 'configuration',
      code: 'MTS-IDA-108',
      reason: errorText('MTS-IDA-108'),
    };
  }
  const unexpected = outcome.errors.find(({ code }) => !EXPECTED_CODES.has(code));
  if (unexpected === undefined) return { ok: true };
  return {
    ok: false,
    faultClass: 'configuration',
    code: unexpected.code,
    reason: `IDA was to refuse a test number for its check digit, and answered ${unexpected.code}`,
  };
}

/** Of the right length, and with a check digit that is not the right one: just one of the ten is. */
function impossibleNumber(length: number): string {
  const stem = '2345678901'.repeat(Math.ceil(length / 10)).slice(0, length - 1);
  return isVerhoeffValid(`${stem}0`) ? `${stem}1` : `${stem}0`;
}
