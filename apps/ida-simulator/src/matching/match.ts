import { idaError, type IdaError } from '../service/codes.js';
import type { Identity } from '../population/person.js';
import { ATTRIBUTES, comparisonOfDynamic, nameInError, type Attribute } from './attributes.js';
import type { GivenDemographics, GivenValue } from './demographics.js';
import { isExactMatch } from './exact-match.js';
import { ageInYears, parseDateOfBirth } from './java-dates.js';
import { normalizeAddress, normalizeName, type NormalizationRules } from './normalization.js';
import { DEMOGRAPHIC_RULES, type DemographicRules } from './rules.js';

export interface MatchSettings {
  readonly rules: NormalizationRules;
  /** The system's languages, mandatory ones first: also the order of errors. */
  readonly languages: readonly string[];
  readonly today: Date;
  /** Default: those of IDA 1.2.0.1. */
  readonly demographics?: DemographicRules;
}

interface Rules {
  /** As in {@link MatchSettings}. */
  readonly languages: readonly string[];
  readonly demographics: DemographicRules;
}

/**
 * - `mismatch`: one error per attribute and language; none at all if everything given was empty.
 * - `stopped`: comparing ended at the first attribute that could not be compared.
 */
export type MatchOutcome =
  | { readonly kind: 'match' }
  | { readonly kind: 'mismatch'; readonly errors: readonly IdaError[] }
  | { readonly kind: 'stopped'; readonly error: IdaError };

/** One text of the request to be compared with the stored one. */
interface Comparison {
  readonly name: string;
  readonly storedAs: readonly string[];
  readonly kind: Attribute['comparison'];
  readonly language: string | undefined;
  readonly given: string;
}

/**
 * Compares what was given with what is stored, strategy EXACT: the only one that IDA reaches.
 * @throws EndlessInIda for a name that MOSIP's normalizer never gets done with
 */
export function matchDemographics(
  given: GivenDemographics,
  stored: Identity,
  settings: MatchSettings,
): MatchOutcome {
  const errors: IdaError[] = [];
  const comparisons = comparisonsOf(given, rulesOf(settings));
  for (const comparison of comparisons) {
    const result = compare(comparison, stored, settings);
    if (typeof result === 'object') return { kind: 'stopped', error: result };
    if (!result) errors.push(mismatch(comparison));
  }
  const isMatch = comparisons.length > 0 && errors.length === 0;
  return isMatch ? { kind: 'match' } : { kind: 'mismatch', errors };
}

function rulesOf({ languages, demographics }: MatchSettings): Rules {
  return { languages, demographics: demographics ?? DEMOGRAPHIC_RULES['1.2.0.1'] };
}

function comparisonsOf(given: GivenDemographics, rules: Rules): readonly Comparison[] {
  const known = ATTRIBUTES.flatMap(({ name, storedAs, comparison: kind, languages: compared }) => {
    const values = given.attributes.get(name) ?? [];
    const choices = compared === 'each' ? rules.languages : [undefined];
    return choices.map((language) => ({
      name,
      storedAs,
      kind,
      language,
      given: textIn(values, language, rules),
    }));
  });
  const dynamic = [...given.dynamic].flatMap(([name, values]) => {
    const storedAs = rules.demographics.dynamicAttributes[name] ?? [name];
    const kind = comparisonOfDynamic(name);
    return languagesOfDynamic(rules).map((language) => ({
      name,
      storedAs,
      kind,
      language,
      given: textIn(values, language, rules),
    }));
  });
  return [...known, ...dynamic].filter((comparison) => comparison.given !== '');
}

/** What has no language is compared without one, unless it counts as the primary one. */
function languagesOfDynamic({ languages, demographics }: Rules): readonly (string | undefined)[] {
  return demographics.withoutLanguage === 'refused' ? [undefined, ...languages] : languages;
}

function textIn(values: readonly GivenValue[], language: string | undefined, rules: Rules): string {
  return values.find((value) => isInLanguage(value.language, language, rules))?.value ?? '';
}

/** `IdInfoFetcherImpl.checkLanguageType`. */
function isInLanguage(actual: string | null, wanted: string | undefined, rules: Rules): boolean {
  const hasNone = actual === null || actual === '' || actual.toLowerCase() === 'null';
  if (rules.demographics.withoutLanguage === 'in the primary language') {
    if (wanted === undefined) return true;
    if (hasNone) return wanted.toLowerCase() === rules.languages[0]?.toLowerCase();
  } else if (wanted === undefined) return hasNone;
  return !hasNone && actual.toLowerCase() === wanted.toLowerCase();
}

/** Texts of the language first, then those stored without one; undefined if there is nothing but blanks. */
function storedText(stored: Identity, { storedAs, language }: Comparison, rules: Rules): string | undefined {
  const values = storedAs.map((attribute) => stored[attribute]).filter((value) => value !== undefined);
  const inLanguage = values.flatMap((value) =>
    typeof value === 'string' ? [] : [textIn(value, language, rules)],
  );
  const takesTexts = rules.demographics.withoutLanguage === 'refused' || isInLanguage(null, language, rules);
  const withoutLanguage = takesTexts ? values.filter((value) => typeof value === 'string') : [];
  const texts = [...inLanguage, ...withoutLanguage].filter((text) => text.trim() !== '');
  return texts.length === 0 ? undefined : texts.join(' ');
}

/** Whether it matches, or the error that ends everything. */
type Comparator = (given: string, stored: string, circumstances: Circumstances) => boolean | IdaError;

interface Circumstances extends MatchSettings {
  readonly language: string | undefined;
}

const COMPARATORS: Readonly<Record<Attribute['comparison'], Comparator>> = {
  name: normalizing(normalizeName),
  address: normalizing(normalizeAddress),
  plain: isExactMatch,
  'date of birth': compareDatesOfBirth,
  age: compareAges,
};

function compare(comparison: Comparison, identity: Identity, settings: MatchSettings): boolean | IdaError {
  const stored = storedText(identity, comparison, rulesOf(settings));
  if (stored === undefined) return missing(comparison);
  const { kind, given, language } = comparison;
  return COMPARATORS[kind](given, stored, { ...settings, language });
}

/** Without a language nothing is normalized (`TextMatchingStrategy.normalizeAndMatch`). */
function normalizing(normalize: typeof normalizeName): Comparator {
  return (given, stored, { language, rules }) =>
    language === undefined
      ? isExactMatch(given, stored)
      : isExactMatch(normalize(given, language, rules), normalize(stored, language, rules));
}

function compareDatesOfBirth(given: string, stored: string): boolean | IdaError {
  const givenDay = parseDateOfBirth(given);
  if (givenDay === undefined) return idaError('INVALID_INPUT_PARAMETER', 'request/demographics/dob');
  const storedDay = parseDateOfBirth(stored);
  return storedDay === undefined ? idaError('DATA_VALIDATION_FAILED') : givenDay === storedDay;
}

/** Whoever is at least as old as stated matches (`DemoMatcherUtil.doLessThanEqualToMatch`). */
function compareAges(given: string, stored: string, { today }: Circumstances): boolean | IdaError {
  const storedDay = parseDateOfBirth(stored);
  return storedDay === undefined
    ? idaError('DATA_VALIDATION_FAILED')
    : Number(given) <= ageInYears(storedDay, today);
}

function mismatch({ name, language }: Comparison): IdaError {
  return language === undefined
    ? idaError('DEMO_DATA_MISMATCH', nameInError(name))
    : idaError('DEMOGRAPHIC_DATA_MISMATCH_LANG', nameInError(name), language);
}

/** IDA speaks of a missing age as `dob`, because it is computed from there (`DemoMatchType.AGE`). */
function missing({ name, language }: Comparison): IdaError {
  const spokenOf = name === 'age' ? 'dob' : name;
  return language === undefined
    ? idaError('DEMO_MISSING', spokenOf)
    : idaError('DEMO_MISSING_LANG', spokenOf, language);
}
