import { expect, it } from 'vitest';

import { readGatewayConfig, recordRulesOf } from './options.js';

const GIVEN = { DATABASE_URL: 'postgres://localhost/mts' };

it('makes the rules for records of the configuration', () => {
  const config = readGatewayConfig({
    ...GIVEN,
    MTS_MANDATORY_FIELDS: 'name, phoneNumber',
    MTS_GENDER_VALUES: '',
    MTS_UIN_LENGTH_DIGITS: '12',
    MTS_DOB_CHECK: 'off',
  });
  expect(recordRulesOf(config)).toEqual({
    mandatoryFields: ['name', 'phoneNumber'],
    idCheck: 'on',
    idLengths: { UIN: 12, VID: 16 },
    genderCheck: 'on',
    genderValues: undefined,
    dobCheck: 'off',
  });
});

it('stops the start for a mandatory field that no record can have, and for a language that is none', () => {
  expect(() => readGatewayConfig({ ...GIVEN, MTS_MANDATORY_FIELDS: 'name,surname' })).toThrow(
    /^MTS_MANDATORY_FIELDS must be some of vid, name, .* not "name,surname"/,
  );
  expect(() => readGatewayConfig({ ...GIVEN, MTS_LANGUAGES: 'english' })).toThrow(
    /^MTS_LANGUAGES must be three-letter/,
  );
});
