import { ATTRIBUTES, type Attribute } from '../../matching/attributes.js';
import type { GivenDemographics, GivenValue } from '../../matching/demographics.js';
import { idaError, type IdaError } from '../codes.js';
import { found, NO_OBJECTION, type Check } from '../call.js';

/** Factors that the country allows, and what was given for them (`AuthRequestValidator.validateAllowedAuthTypes`). */
export const factorsSupported: Check = {
  name: 'factors supported',
  step: 19,
  run: (call, { settings }) => {
    const { factors, demographics } = found(call.request?.block, 'the request block');
    return factors.flatMap((factor) => {
      if (!settings.allowedFactors.includes(factor)) return [idaError('AUTH_TYPE_NOT_SUPPORTED', factor)];
      return factor === 'demo' ? objectionsToDemographics(demographics, settings.languages) : [];
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

/** In the order of `DemoAuthType`; within a group IDA iterates over a hash set, here over the table. */
const GROUPS: readonly Attribute['group'][] = ['address', 'personalIdentity', 'fullAddress'];

/** id-authentication v1.2.0.1, `BaseAuthRequestValidator.checkDemoAuth`. */
function objectionsToDemographics(
  given: GivenDemographics,
  supported: readonly string[],
): readonly IdaError[] {
  const errors: IdaError[] = [];
  for (const attribute of GROUPS.flatMap((group) => ATTRIBUTES.filter((each) => each.group === group))) {
    const values = given.attributes.get(attribute.name) ?? [];
    errors.push(...objectionsToValues(values));
    if (attribute.languages === 'none') continue;
    errors.push(...objectionsToMissingLanguage(values));
    if (errors.length === 0) errors.push(...objectionsToLanguages(values, supported));
  }
  for (const values of given.dynamic.values()) errors.push(...objectionsToValues(values));
  errors.push(...objectionsToDobType(given), ...objectionsToAge(given), ...objectionsToTwoAddresses(given));
  return errors;
}

function objectionsToValues(values: readonly GivenValue[]): readonly IdaError[] {
  return values.filter(({ value }) => value === null).map(() => idaError('MISSING_AUTHTYPE', 'demo'));
}

function objectionsToMissingLanguage(values: readonly GivenValue[]): readonly IdaError[] {
  const isMissing = values.some(({ language }) => language === null || language === '');
  return isMissing ? [idaError('MISSING_INPUT_PARAMETER', 'LanguageCode')] : [];
}

/** Compared to the letter, unlike everywhere else. */
function objectionsToLanguages(
  values: readonly GivenValue[],
  supported: readonly string[],
): readonly IdaError[] {
  const languages = values.map(({ language }) => language ?? '');
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

/** Verified, declared or approximate (`DOBType`). */
function objectionsToDobType(given: GivenDemographics): readonly IdaError[] {
  const values = given.attributes.get('dobType') ?? [];
  return values
    .filter(({ value }) => !['V', 'D', 'A'].includes(value?.toUpperCase() ?? ''))
    .map(() => idaError('INVALID_INPUT_PARAMETER', 'DOBType'));
}

/** What Java's `Integer.parseInt` takes. */
function objectionsToAge(given: GivenDemographics): readonly IdaError[] {
  const values = given.attributes.get('age') ?? [];
  return values
    .filter(({ value }) => !/^[+-]?\d+$/.test(value ?? '') || Math.abs(Number(value)) > 2 ** 31 - 1)
    .map(() => idaError('INVALID_INPUT_PARAMETER', 'age'));
}

function objectionsToTwoAddresses(given: GivenDemographics): readonly IdaError[] {
  const isGiven = (group: Attribute['group']): boolean =>
    ATTRIBUTES.some(
      (attribute) => attribute.group === group && (given.attributes.get(attribute.name)?.length ?? 0) > 0,
    );
  return isGiven('address') && isGiven('fullAddress') ? [idaError('MISSING_AUTHTYPE', 'demo')] : [];
}
