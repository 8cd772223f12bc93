import type { Person } from '@mts/domain';
import { describe, expect, it } from 'vitest';
import { personBytes } from './record-fingerprint.js';

const ANA: Person = {
  individualId: '7405214302',
  demographics: {
    name: [
      { language: 'eng', value: 'Ana' },
      { language: 'ara', value: 'آنا' },
    ],
    dob: '1987/01/25',
    phoneNumber: '1',
  },
};

const person = (name: string, phoneNumber: string): Person => ({
  individualId: '1',
  demographics: { name: [{ language: 'eng', value: name }], phoneNumber },
});

describe('personBytes', () => {
  it('gives the same bytes whatever the order of keys and languages', () => {
    const { name = [], dob, phoneNumber } = ANA.demographics;
    const same = {
      demographics: { phoneNumber, dob, name: name.toReversed() },
      individualId: '7405214302',
    } as Person;
    expect(personBytes(same)).toEqual(personBytes(ANA));
  });

  it.each<[string, Person]>([
    ['another id', { ...ANA, individualId: '4218312615' }],
    [
      'another name',
      { ...ANA, demographics: { ...ANA.demographics, name: [{ language: 'eng', value: 'Ana' }] } },
    ],
    ['another date', { ...ANA, demographics: { ...ANA.demographics, dob: '1987/01/26' } }],
    [
      'a value in another field',
      { ...ANA, demographics: { name: ANA.demographics.name ?? [], dob: '1987/01/25', emailId: '1' } },
    ],
    ['a field more', { ...ANA, demographics: { ...ANA.demographics, emailId: '1' } }],
  ])('gives other bytes for %s', (_what, other) => {
    expect(personBytes(other)).not.toEqual(personBytes(ANA));
  });

  it('cannot be led astray by what values hold', () => {
    expect(personBytes(person('a","b', 'c'))).not.toEqual(personBytes(person('a', 'b","c')));
  });
});
