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

it('stops the start for a mandatory field that no record can have', () => {
  const config = readGatewayConfig({ ...GIVEN, MTS_MANDATORY_FIELDS: 'name,surname' });
  expect(() => recordRulesOf(config)).toThrow(
    'MTS_MANDATORY_FIELDS must name some of vid, name, gender, dob, phoneNumber, emailId, fullAddress, not "surname".',
  );
});
