import type { AuthField, ErrorCode, JsonValue } from '@mts/domain';
import { describe, expect, it } from 'vitest';
import { compileMapping, type Mapping } from './mapping.js';
import { checkRecord, compileRules, type RecordCheck, type RecordRuleSettings } from './validation.js';

const NOW = new Date('2026-11-22T12:00:00Z');
const ANA = {
  vid: '7465075291703420',
  name: 'Ana Diaz',
  gender: 'Female',
  dob: '1987/01/25',
  fullAddress: 'Main 1, Rabat',
} as const satisfies Record<string, JsonValue>;

type Change = Readonly<Record<string, JsonValue>>;

const check = (change: Change, settings?: RecordRuleSettings, mapping?: Mapping): RecordCheck =>
  checkRecord(compileMapping(mapping)({ ...ANA, ...change }), compileRules(settings, NOW));

const codeOf = (change: Change, settings?: RecordRuleSettings): ErrorCode | 'valid' => {
  const result = check(change, settings);
  return result.kind === 'valid' ? 'valid' : result.code;
};

const checkAt = (now: string): RecordCheck['kind'] =>
  checkRecord(compileMapping()({ ...ANA, dob: '2026/11/23' }), compileRules({}, new Date(now))).kind;

describe('a record that can be asked', () => {
  it('becomes a person, with what is empty or absent left out', () => {
    expect(check({ phoneNumber: '', emailId: null })).toEqual({
      kind: 'valid',
      person: {
        individualId: '7465075291703420',
        demographics: {
          name: [{ language: 'eng', value: 'Ana Diaz' }],
          gender: [{ language: 'eng', value: 'Female' }],
          dob: '1987/01/25',
          fullAddress: [{ language: 'eng', value: 'Main 1, Rabat' }],
        },
      },
    });
  });

  it('may hold a phone number and an e-mail address', () => {
    expect(check({ phoneNumber: 9009009001, emailId: 'ana@example.org' })).toMatchObject({
      person: { demographics: { phoneNumber: '9009009001', emailId: 'ana@example.org' } },
    });
  });
});

describe('a field that is missing', () => {
  const all: readonly AuthField[] = ['name', 'gender', 'dob', 'phoneNumber', 'emailId', 'fullAddress'];

  it.each([
    ['vid', 'ATS-REQ-009', 'ATS-REQ-009'],
    ['name', 'ATS-REQ-010', 'ATS-REQ-003'],
    ['gender', 'ATS-REQ-011', 'ATS-REQ-004'],
    ['dob', 'ATS-REQ-012', 'ATS-REQ-006'],
    ['fullAddress', 'ATS-REQ-015', 'ATS-REQ-008'],
  ])('is told apart from one that is empty: %s', (field, absent, empty) => {
    expect([codeOf({ [field]: null }), codeOf({ [field]: false })]).toEqual([absent, absent]);
    expect([codeOf({ [field]: '' }), codeOf({ [field]: ' \u00A0' })]).toEqual([empty, empty]);
  });

  it('names the first in the order of the original, before any value is looked at', () => {
    expect(codeOf({ vid: '12', name: null, gender: null })).toBe('ATS-REQ-010');
    expect(codeOf({ vid: '12', dob: 'x', fullAddress: '' })).toBe('ATS-REQ-008');
    expect(codeOf({ vid: '12', gender: '1', dob: 'x' })).toBe('ATS-REQ-002');
    expect(codeOf({ gender: '1', dob: 'x' })).toBe('ATS-REQ-005');
  });

  it('is refused only where it is mandatory, the vid always', () => {
    const nameOnly = { name: 'Ana', gender: null, dob: '', fullAddress: '' };
    expect(codeOf(nameOnly, { mandatoryFields: ['name'] })).toBe('valid');
    expect(codeOf({ vid: null }, { mandatoryFields: [] })).toBe('ATS-REQ-009');
  });

  it('has its own code for phone number and e-mail address, which may be empty all the same', () => {
    expect(codeOf({}, { mandatoryFields: all })).toBe('ATS-REQ-013');
    expect(codeOf({ phoneNumber: '1' }, { mandatoryFields: all })).toBe('ATS-REQ-014');
    expect(codeOf({ phoneNumber: '', emailId: '' }, { mandatoryFields: all })).toBe('valid');
  });
});

describe('the check of the vid', () => {
  it.each(['7465075291703420', '7405214302', ' 7405214302\u00A0', 7405214302, 9830872690593682])(
    'takes %j',
    (vid) => {
      expect(codeOf({ vid })).toBe('valid');
    },
  );

  it.each([
    '12',
    '7465075291703421',
    '7405214302.0',
    '74652910AB203420',
    '７４０５２１４３０２',
    '74052 14302',
    '\u200B7405214302',
  ])('refuses %j', (vid) => {
    expect(codeOf({ vid })).toBe('ATS-REQ-002');
  });

  it('can be switched off', () => {
    expect(codeOf({ vid: '12' }, { idCheck: 'off' })).toBe('valid');
  });
});

describe('the check of the gender', () => {
  it.each(['male', 'MLE', 'ذكر', 'Отец', 'non-binary'])('takes the word %j', (gender) => {
    expect(codeOf({ gender })).toBe('valid');
  });

  it.each([1, '1', 'M1', '٣', '-', '?'])('refuses %j', (gender) => {
    expect(codeOf({ gender })).toBe('ATS-REQ-005');
  });

  it('looks at every language', () => {
    const gender = [
      { language: 'eng', value: 'Female' },
      { language: 'fra', value: '2' },
    ];
    expect(codeOf({ gender })).toBe('ATS-REQ-005');
  });

  it('can be a list of values, in any case of letters', () => {
    const settings = { genderValues: ['Female', '2'] };
    expect(codeOf({ gender: 'FEMALE' }, settings)).toBe('valid');
    expect(codeOf({ gender: 2 }, settings)).toBe('valid');
    expect(codeOf({ gender: 'other' }, settings)).toBe('ATS-REQ-005');
  });

  it('can be switched off', () => {
    expect(codeOf({ gender: '1' }, { genderCheck: 'off', genderValues: ['x'] })).toBe('valid');
  });
});

describe('the check of the date of birth', () => {
  it.each([
    ['1987/01/25', '1987/01/25'],
    ['1987-01-25', '1987/01/25'],
    ['1987/1/5', '1987/01/05'],
    ['2000-02-29', '2000/02/29'],
    ['1800/01/01', '1800/01/01'],
    ['2026/11/23', '2026/11/23'],
  ])('takes %s', (dob, sent) => {
    expect(check({ dob })).toMatchObject({ person: { demographics: { dob: sent } } });
  });

  it.each([
    '25/01/1987',
    '01-25-1987',
    '1987/01-25',
    '1987/02/29',
    '1987/13/01',
    '1987/00/10',
    '1987/04/31',
    '1799/12/31',
    '2026/11/24',
    '0087/01/25',
    '19870125',
    19870125,
    '1987-01-25T00:00:00Z',
    '1987/01/25xyz',
    '１９８７/01/25',
    'born',
  ])('refuses %j', (dob) => {
    expect(codeOf({ dob })).toBe('ATS-REQ-007');
  });

  it('calls a day future only once it has begun nowhere', () => {
    expect(checkAt('2026-11-22T09:59:59Z')).toBe('invalid');
    expect(checkAt('2026-11-22T10:00:00Z')).toBe('valid');
  });

  it('can be switched off: then a date is rewritten where that is safe, and all else goes as it is', () => {
    const off = { dobCheck: 'off' } as const;
    expect(check({ dob: '1987-01-25' }, off)).toMatchObject({
      person: { demographics: { dob: '1987/01/25' } },
    });
    expect(check({ dob: '25/01/1987' }, off)).toMatchObject({
      person: { demographics: { dob: '25/01/1987' } },
    });
  });
});

describe('a refusal', () => {
  it('says what is wrong and shows the vid as it was received', () => {
    expect(check({ vid: ' 12 ' })).toEqual({
      kind: 'invalid',
      code: 'ATS-REQ-002',
      message: 'vid is not a valid UIN or VID: check its length and digits',
      vid: ' 12 ',
    });
    expect(check({ vid: 12 })).toMatchObject({ vid: '12' });
    expect(check({ vid: true })).toMatchObject({ vid: null });
    expect(check({}, {}, { vid: 'uin' })).toMatchObject({ code: 'ATS-REQ-009', vid: '7465075291703420' });
  });

  it('names the field of a value that is no text, whether it is mandatory or not', () => {
    expect(check({ name: ['secret'] })).toMatchObject({
      code: 'ATS-REQ-102',
      message: 'invalid input. name: a text is expected',
    });
    expect(check({ vid: true })).toMatchObject({ message: 'invalid input. vid: a text is expected' });
    expect(codeOf({ phoneNumber: { a: 1 } })).toBe('ATS-REQ-102');
  });
});
