import { BUGS } from './decisions-bug.js';
import { QUIRKS } from './decisions-quirk.js';
import type { Decision, Decisions } from './decision.js';
import { DEVIATIONS } from './deviations-contract.js';
import { type Expectation, recordedExpectation } from './expectation.js';
import { caseKey, type RecordedCase, type Verdict } from './recorded-case.js';

/** By verdict. Every quirk and every bug has to stand here; of the contract only what deviates. */
export const DECISIONS: Readonly<Record<Verdict, Decisions>> = {
  contract: DEVIATIONS,
  quirk: QUIRKS,
  bug: BUGS,
};

export function decisionOf(recorded: RecordedCase): Decision | undefined {
  return DECISIONS[recorded.verdict][caseKey(recorded)];
}

/** What has to come of the case here. */
export function decided(recorded: RecordedCase): Expectation {
  return { ...recordedExpectation(recorded), ...decisionOf(recorded)?.instead };
}
