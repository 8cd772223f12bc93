import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { DECISIONS, decisionOf } from './decided.js';
import { AS_RECORDED } from './decision.js';
import { caseKey, RECORDED_CASES, type Verdict } from './recorded-case.js';
import { recordedCasesPage } from './reference.js';

const VERDICTS: readonly Verdict[] = ['contract', 'quirk', 'bug'];

function keysOf(verdict: Verdict): string[] {
  return RECORDED_CASES.filter((recorded) => recorded.verdict === verdict).map(caseKey);
}

describe('decisions', () => {
  it.each(['quirk', 'bug'] as const)('exist on every %s', (verdict) => {
    expect(keysOf(verdict).filter((key) => !Object.hasOwn(DECISIONS[verdict], key))).toEqual([]);
  });

  it.each(VERDICTS)('on a %s are about cases that there are', (verdict) => {
    expect(Object.keys(DECISIONS[verdict]).filter((key) => !keysOf(verdict).includes(key))).toEqual([]);
  });

  it('give a reason in one line', () => {
    const reasons = VERDICTS.flatMap((verdict) => Object.values(DECISIONS[verdict]));
    expect(reasons.filter(({ because }) => because.trim() === '' || because.includes('\n'))).toEqual([]);
  });

  it('say what is expected wherever it is not what was recorded', () => {
    const decisions = RECORDED_CASES.filter(({ verdict }) => verdict !== 'bug').map(decisionOf);
    const silent = decisions.filter(
      (decision) =>
        decision !== undefined &&
        (decision.here === AS_RECORDED) !== (Object.keys(decision.instead).length === 0),
    );
    expect(silent).toEqual([]);
  });
});

describe('docs/reference/recorded-cases.md', () => {
  it('is as the generator writes it', () => {
    const page = readFileSync(new URL('../../../docs/reference/recorded-cases.md', import.meta.url), 'utf8');
    expect(page, 'run: npm run docs').toBe(recordedCasesPage());
  });
});
