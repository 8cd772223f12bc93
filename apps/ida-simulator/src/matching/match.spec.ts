import { describe, expect, it } from 'vitest';

import type { Identity } from '../population/person.js';
import { readDemographics } from './demographics.js';
import { matchDemographics, type MatchOutcome } from './match.js';
import { normalizationRules } from './normalization.js';

const STORED: Identity = {
  fullName: [
    { language: 'eng', value: 'Emana Sar' },
    { language: 'ara', value: 'ايمانا سار' },
  ],
  gender: [{ language: 'eng', value: 'Male' }],
  dateOfBirth: '1976/01/01',
  phone: '8360334018',
  email: 'emana@example.test',
  addressLine1: [{ language: 'eng', value: '12 Main Street' }],
  city: [{ language: 'eng', value: 'Bengaluru' }],
  postalCode: '560016',
  zone: [{ language: 'eng', value: 'North' }],
  bloodType: 'A+',
};

const eng = (value: string): unknown => [{ language: 'eng', value }];

function match(demographics: Readonly<Record<string, unknown>>, stored = STORED): MatchOutcome {
  const given = readDemographics(demographics);
  if (given === undefined) throw new TypeError('the test gives unreadable demographics');
  const settings = {
    rules: normalizationRules(),
    languages: ['eng', 'ara', 'fra'],
    today: new Date('2026-01-31T00:00:00Z'),
  };
  return matchDemographics(given, stored, settings);
}

/** The texts of a mismatch, or of what stopped the comparison. */
function messages(outcome: MatchOutcome): readonly string[] {
  if (outcome.kind === 'match') return [];
  const errors = outcome.kind === 'stopped' ? [outcome.error] : outcome.errors;
  return errors.map(({ errorCode, errorMessage }) => `${errorCode} ${errorMessage}`);
}

describe('demographics match', () => {
  it.each([
    [
      'everything',
      {
        name: eng('sar EMANA'),
        gender: eng('male'),
        dob: '1976/1/1',
        fullAddress: eng('560016 Bengaluru, 12 mn St'),
      },
    ],
    [
      'a name in each language that is stored',
      { name: [...(eng('Emana Sar') as unknown[]), { language: 'ara', value: 'سار ايمانا' }] },
    ],
    [
      'parts of the address',
      { addressLine1: eng('12 main street'), location1: eng('bengaluru'), postalCode: '560016' },
    ],
    ['phone and e-mail address', { phoneNumber: 8_360_334_018, emailId: 'EMANA@example.test' }],
    ['an age that is not above the real one', { age: 1 }],
    ['a further attribute under its mapped name', { location4: eng('North') }],
    ['a further attribute under its own name', { bloodType: 'a+' }],
    [
      'a blank attribute beside one that fits',
      { gender: eng('Male'), phoneNumber: '', emailId: null, fullAddress: [] },
    ],
  ])('if IDA would say so: %s', (_what, demographics) => {
    expect(match(demographics)).toEqual({ kind: 'match' });
  });

  it('a text stored without a language whatever the language given', () => {
    expect(match({ gender: eng('Male') }, { gender: 'Male' })).toEqual({ kind: 'match' });
  });
});

describe('a mismatch', () => {
  it('has one error for each attribute and language, in the order of IDA', () => {
    const outcome = match({
      fullAddress: eng('elsewhere'),
      gender: eng('Female'),
      dob: '1976/01/02',
      age: '99',
      phoneNumber: '1',
      emailId: 'x',
      name: [{ language: 'ara', value: 'x' }, ...(eng('x') as unknown[])],
    });
    expect(outcome.kind).toBe('mismatch');
    expect(messages(outcome)).toEqual([
      'IDA-DEA-001 Demographic data name in eng did not match',
      'IDA-DEA-001 Demographic data name in ara did not match',
      'IDA-DEA-001 Demographic data dob did not match',
      'IDA-DEA-001 Demographic data age did not match',
      'IDA-DEA-001 Demographic data gender in eng did not match',
      'IDA-DEA-001 Demographic data phoneNumber did not match',
      'IDA-DEA-001 Demographic data emailId did not match',
      'IDA-DEA-001 Demographic data fullAddress in eng did not match',
    ]);
  });

  it('speaks of address lines and postal code alike, and advises', () => {
    const outcome = match({ addressLine1: eng('x'), location1: eng('x'), postalCode: '1' });
    expect(messages(outcome)).toEqual([
      'IDA-DEA-001 Demographic data address line item(s) in eng did not match',
      'IDA-DEA-001 Demographic data location1 in eng did not match',
      'IDA-DEA-001 Demographic data address line item(s) did not match',
    ]);
    expect(outcome).toMatchObject({
      errors: [{ actionMessage: 'Please re-enter your address line item(s) in eng' }, {}, {}],
    });
  });

  it('leaves no word of the full address out', () => {
    expect(match({ fullAddress: eng('12 Main Street, Bengaluru') }).kind).toBe('mismatch');
    expect(match({ fullAddress: eng('12 Main Street, Bengaluru, 560016, India') }).kind).toBe('mismatch');
  });

  it.each([
    ['nothing but blanks', { name: eng(''), phoneNumber: '' }],
    ['nothing', {}],
  ])('without any error is the answer to %s', (_what, demographics) => {
    expect(match(demographics)).toEqual({ kind: 'mismatch', errors: [] });
  });
});

describe('the comparison stops', () => {
  it.each([
    [
      'an attribute that is not stored',
      { emailId: 'x', addressLine3: eng('x') },
      'IDA-DEA-003 Demographic data addressLine3 in eng not available in database',
    ],
    [
      'a language that is not stored',
      { gender: [{ language: 'ara', value: 'x' }] },
      'IDA-DEA-003 Demographic data gender in ara not available in database',
    ],
    [
      'an unknown attribute',
      { shoeSize: '42' },
      'IDA-DEA-003 Demographic data shoeSize not available in database',
    ],
    [
      'an unknown attribute with a language',
      { shoeSize: eng('42') },
      'IDA-DEA-003 Demographic data shoeSize in eng not available in database',
    ],
    [
      'a date of birth that cannot be read',
      { name: eng('x'), dob: '1976-01-01' },
      'IDA-MLC-009 Invalid Input Parameter - request/demographics/dob',
    ],
  ])('at %s, with that error alone', (_what, demographics, message) => {
    const outcome = match(demographics);
    expect(outcome.kind).toBe('stopped');
    expect(messages(outcome)).toEqual([message]);
  });

  it.each([{ dob: '1976/01/01' }, { age: '1' }])(
    'if the stored date of birth cannot be read: %j',
    (demographics) => {
      expect(messages(match(demographics, { dateOfBirth: '01-01-1976' }))).toEqual([
        'IDA-IDV-001 Input Data Validation Failed',
      ]);
    },
  );
});

describe('demographics cannot be read', () => {
  it.each([
    ['a text where a list is due', { name: 'Emana' }],
    ['a list where a text is due', { dob: ['1976/01/01'] }],
    ['an object where a text is due', { phoneNumber: {} }],
    ['a list of texts', { gender: ['Male'] }],
  ])('with %s', (_what, demographics) => {
    expect(readDemographics(demographics)).toBeUndefined();
  });

  it('as a list', () => {
    expect(readDemographics([])).toBeUndefined();
  });
});
