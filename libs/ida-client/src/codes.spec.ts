import { FAULT_CLASSES, type FaultClass, type FaultEffect, type FaultScope } from '@mts/domain';
import { describe, expect, it } from 'vitest';
import { CODES, type CodeRule, type Codes, ruleOf } from './codes.js';
import { PROFILE_NAMES, type ProfileName } from './profiles.js';
import { type Expectation, EXPECTATIONS } from './spec-support/expected-codes.js';

const RULES = [...CODES].flatMap(([code, rules]) => rules.map((rule) => ({ code, rule })));

/** Expectations that a table does not fulfil. */
function broken(codes: Codes, expectations: readonly Expectation[] = EXPECTATIONS): readonly string[] {
  return expectations
    .filter(({ code, message, verdict }) => verdictOf(ruleOf(code, message, codes)) !== verdict)
    .map(({ code, message }) => `${code} ${message}`);
}

function verdictOf({ faultClass, scope, effect }: CodeRule): string {
  return `${faultClass} ${scope} ${effect}`;
}

/** Those that speak of this meaning of the code. */
function expectationsOf(rule: CodeRule): readonly Expectation[] {
  return EXPECTATIONS.filter(({ code, message }) => ruleOf(code, message) === rule);
}

describe('codes', () => {
  it('mean what IDA means by them', () => {
    expect(broken(CODES)).toEqual([]);
  });

  it('are known in the versions that have them, and on the calls that bring them', () => {
    const told = RULES.map(({ code, rule: { text, since, calls } }) => ({ code, text, since, calls }));
    const expected = RULES.map(({ code, rule }) => {
      const speaking = expectationsOf(rule);
      return {
        code,
        text: rule.text,
        since: earliest(speaking.map(({ since }) => since)),
        calls: (['auth', 'kyc', 'otp'] as const).filter((call) =>
          speaking.some(({ calls }) => calls.includes(call)),
        ),
      };
    });
    expect(told).toEqual(expected);
  });

  it("have IDA's own words", () => {
    const foreign = EXPECTATIONS.filter(({ code, message }) => {
      const { text, otherTexts = [] } = ruleOf(code, message);
      return ![text, ...otherTexts].some((each) => asPattern(each).test(message));
    });
    expect(foreign).toEqual([]);
  });

  it('have an unconditional meaning, which stands last', () => {
    const misplaced = [...CODES].filter(
      ([, rules]) => rules.findIndex(({ when }) => when === undefined) !== rules.length - 1,
    );
    expect(misplaced).toEqual([]);
  });

  it('reach no further than the record where they are final, and further where the set-up or we are at fault', () => {
    expect(scopesOf('record')).toEqual(new Set(['record']));
    expect(scopesOf('configuration', 'client')).toEqual(new Set(['profile', 'request']));
  });

  it('tell people in a sentence what each means, and in another what to do', () => {
    const wordless = RULES.filter(
      ({ rule }) => ![rule.means, rule.advice].every((text) => /^[A-Z`].+\.$/s.test(text)),
    );
    expect(wordless).toEqual([]);
  });

  it('that are unknown say nothing about the person', () => {
    const codes = ['IDA-XYZ-999', 'constructor', ''];
    expect(new Set(codes.map((code) => verdictOf(ruleOf(code, ''))))).toEqual(
      new Set(['configuration record unknown']),
    );
  });
});

describe('what is expected of the codes', () => {
  const SCOPES: readonly FaultScope[] = ['profile', 'request', 'record'];
  const EFFECTS: readonly FaultEffect[] = ['not-asked', 'unknown'];

  it('is broken by any other class, scope or effect of any meaning', () => {
    const unnoticed = RULES.flatMap(({ code, rule }) =>
      [
        ...FAULT_CLASSES.map((faultClass) => ({ ...rule, faultClass })),
        ...SCOPES.map((scope) => ({ ...rule, scope })),
        ...EFFECTS.map((effect) => ({ ...rule, effect })),
      ]
        .filter((mutant) => verdictOf(mutant) !== verdictOf(rule))
        .filter((mutant) => broken(withRule(code, rule, [mutant]), ofCode(code)).length === 0)
        .map((mutant) => `${code} ${rule.text}: ${verdictOf(mutant)}`),
    );
    expect(unnoticed).toEqual([]);
  });

  it('is broken by any meaning that is missing', () => {
    const unnoticed = RULES.filter(
      ({ code, rule }) => broken(withRule(code, rule, []), ofCode(code)).length === 0,
    ).map(({ code, rule }) => `${code} ${rule.text}`);
    expect(unnoticed).toEqual([]);
  });
});

function ofCode(wanted: string): readonly Expectation[] {
  return EXPECTATIONS.filter(({ code }) => code === wanted);
}

function withRule(code: string, rule: CodeRule, others: readonly CodeRule[]): Codes {
  const rules = (CODES.get(code) ?? []).flatMap((each) => (each === rule ? others : [each]));
  return new Map([[code, rules]]);
}

function scopesOf(...classes: readonly FaultClass[]): ReadonlySet<FaultScope> {
  return new Set(RULES.filter(({ rule }) => classes.includes(rule.faultClass)).map(({ rule }) => rule.scope));
}

function earliest(versions: readonly ProfileName[]): ProfileName | undefined {
  return PROFILE_NAMES.find((name) => versions.includes(name));
}

function asPattern(text: string): RegExp {
  return new RegExp(
    `^${text
      .split('%s')
      .map((part) => part.replaceAll(/[^\w\s]/g, String.raw`\$&`))
      .join('.*')}$`,
  );
}
