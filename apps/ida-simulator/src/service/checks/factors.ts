import { ATTRIBUTES, type Attribute } from '../../matching/attributes.js';
import type { GivenDemographics, GivenValue } from '../../matching/demographics.js';
import type { DemographicRules } from '../../matching/rules.js';
import { idaError, type IdaError } from '../codes.js';
import { found, NO_OBJECTION, type Check } from '../call.js';

/** Factors that the country allows, and what was given for them (`AuthRequestValidator.validateAllowedAuthTypes`). */
export const factorsSupported: Check = {
  name: 'factors supported',
  step: 19,
  run: (call, { settings, profile }) => {
    const { factors, demographics } = found(call.request?.block, 'the request block');
    return factors.flatMap((factor) => {
      if (factor === 'bio') return []; // Each type by itself: `biometric types`.
      if (!settings.allowedFactors.includes(factor)) return [idaError('AUTH_TYPE_NOT_SUPPORTED', factor)];
      if (factor !== 'demo') return [];
      return objectionsToDemographics(demographics, settings.languages, profile.demographics);
    });
  },
};

export const someFactor: Check = {
  name: 'some factor',
  step: 21,
  run: ({ request }) =>
    request?.block?.factors.length === 0
      ? [idaError('NO_AUTHENTICATION_TYPE_SELECTED_IN_REQUEST')]
      : NO_OBJECTION,
};

/**
 * In the order of `DemoAuthType`; within a group IDA iterates over a hash set, here over the table. What the mapping file
 * does not name (`dobType`) is not looked at (`IdInfoHelper.isMatchtypeEnabled`).
 */
const GROUPS: readonly Attribute['group'][] = ['address', 'personalIdentity', 'fullAddress'];
const CHECKED = GROUPS.flatMap((group) =>
  ATTRIBUTES.filter((attribute) => attribute.group === group && attribute.storedAs.length > 0),
);

/** id-authentication v1.2.0.1, `BaseAuthRequestValidator.checkDemoAuth`. */
function objectionsToDemographics(
  given: GivenDemographics,
  supported: readonly string[],
  rules: DemographicRules,
): readonly IdaError[] {
  const valuesOf = ({ name }: Attribute): readonly GivenValue[] => given.attributes.get(name) ?? [];
  const errors: IdaError[] = [];
  for (const attribute of CHECKED) {
    const values = valuesOf(attribute);
    errors.push(...objectionsToValues(values));
    if (attribute.languages === 'each') {
      errors.push(...objectionsToLanguageCodes(values, supported, rules, errors));
    }
  }
  const dynamic = [...given.dynamic.values()];
  for (const values of dynamic) errors.push(...objectionsToValues(values));
  const hasAny = [...CHECKED.map(valuesOf), ...dynamic].some((values) => values.length > 0);
  if (!hasAny) return [...errors, idaError('MISSING_AUTHTYPE', 'demo')];
  return [...errors, ...objectionsToAge(given, rules), ...objectionsToTwoAddresses(given)];
}

function objectionsToValues(values: readonly GivenValue[]): readonly IdaError[] {
  return values.filter(({ value }) => value === null).map(() => idaError('MISSING_AUTHTYPE', 'demo'));
}

/** `checkLangaugeDetails`; since 1.2.0 only as long as nothing was objected to. */
function objectionsToLanguageCodes(
  values: readonly GivenValue[],
  supported: readonly string[],
  { withoutLanguage }: DemographicRules,
  earlier: readonly IdaError[],
): readonly IdaError[] {
  const languages = values.map(({ language }) => language ?? '');
  if (withoutLanguage === 'in the primary language') {
    return objectionsToLanguages(
      values.map(({ language }) => language ?? supported[0] ?? ''),
      supported,
    );
  }
  if (languages.includes('')) return [idaError('MISSING_INPUT_PARAMETER', 'LanguageCode')];
  return earlier.length === 0 ? objectionsToLanguages(languages, supported) : [];
}

/** Compared to the letter, unlike everywhere else. */
function objectionsToLanguages(
  languages: readonly string[],
  supported: readonly string[],
): readonly IdaError[] {
  const distinct = [...new Set(languages)];
  const unsupported = distinct.filter((language) => !supported.includes(language));
  const repeated = distinct.filter(
    (language) => languages.indexOf(language) !== languages.lastIndexOf(language),
  );
  return [
    ...unsupported.map((language) => idaError('UNSUPPORTED_LANGUAGE', `request : ${language}`)),
    ...repeated.map(() => idaError('INVALID_INPUT_PARAMETER', 'LanguageCode')),
  ];
}

/** What Java's `Integer.parseInt` takes, and what is not too low. */
function objectionsToAge(given: GivenDemographics, { lowestAge }: DemographicRules): readonly IdaError[] {
  const values = given.attributes.get('age') ?? [];
  return values
    .filter(({ value }) => {
      const isInteger = /^[+-]?\d+$/.test(value ?? '') && Math.abs(Number(value)) <= 2 ** 31 - 1;
      return !isInteger || Number(value) < lowestAge;
    })
    .map(() => idaError('INVALID_INPUT_PARAMETER', 'age'));
}

function objectionsToTwoAddresses(given: GivenDemographics): readonly IdaError[] {
  const isGiven = (group: Attribute['group']): boolean =>
    ATTRIBUTES.some(
      (attribute) => attribute.group === group && (given.attributes.get(attribute.name)?.length ?? 0) > 0,
    );
  return isGiven('address') && isGiven('fullAddress') ? [idaError('MISSING_AUTHTYPE', 'demo')] : [];
}
