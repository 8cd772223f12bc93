import { describe, expect, it } from 'vitest';
import { type KycIdentity, parseIdentity } from './kyc-identity.js';

describe('an identity', () => {
  it.each<[string, object, KycIdentity]>([
    [
      'gathers the languages of an attribute',
      { name_eng: 'Emana Sar', dob: '1976/01/01', name_ara: 'إيمانا', gender_fra: 'Femme' },
      {
        name: [
          { language: 'eng', value: 'Emana Sar' },
          { language: 'ara', value: 'إيمانا' },
        ],
        dob: '1976/01/01',
        gender: [{ language: 'fra', value: 'Femme' }],
      },
    ],
    ['passes a photo on as text', { photo: 'AAAAjP', Face: '<BIR/>' }, { photo: 'AAAAjP', Face: '<BIR/>' }],
    [
      'takes no other end of a name for a language',
      { id_number: '7', level_1: 'a', level_ENG: 'b', _eng: 'c', a_b_eng: 'd' },
      { id_number: '7', level_1: 'a', level_ENG: 'b', _eng: 'c', a_b: [{ language: 'eng', value: 'd' }] },
    ],
    [
      'loses nothing where an attribute stands without a language too',
      { code_eng: 'a', code: 'b', code_ara: 'c' },
      { code_eng: 'a', code: 'b', code_ara: 'c' },
    ],
    ['leaves blanks out', { name_eng: '', dob: null, email: '' }, {}],
    ['shows whatever is no text as it is', { age: 30, flags: [true] }, { age: '30', flags: '[true]' }],
  ])('%s', (_guarantee, given, expected) => {
    expect(parseIdentity(Buffer.from(JSON.stringify(given)))).toEqual(expected);
  });

  it('keeps the order of the answer', () => {
    const identity = parseIdentity(Buffer.from('{"dob":"x","name_ara":"y","city_eng":"z","name_eng":"w"}'));
    expect(Object.keys(identity ?? {})).toEqual(['dob', 'name', 'city']);
  });

  it('may have attributes of any name', () => {
    const identity = parseIdentity(Buffer.from('{"__proto__":"a","constructor_eng":"b"}'));
    expect(Object.entries(identity ?? {})).toEqual([
      ['__proto__', 'a'],
      ['constructor', [{ language: 'eng', value: 'b' }]],
    ]);
  });

  it.each(['', '[]', 'null', '"text"', '{"name":', '{"name":"\u00ff"}'])('is not %j', (text) => {
    expect(parseIdentity(Buffer.from(text, 'latin1'))).toBeUndefined();
  });
});
