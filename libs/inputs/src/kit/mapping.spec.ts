import type { JsonValue } from '@mts/domain';
import { describe, expect, it } from 'vitest';
import { compileMapping, type MappedRecord, type Mapping } from './mapping.js';

const map = (record: Record<string, JsonValue>, mapping?: Mapping): MappedRecord =>
  compileMapping(mapping)(record);

const eng = (value: string): readonly object[] => [{ language: 'eng', value }];

describe('the default mapping', () => {
  it('takes the seven fields under their own names', () => {
    const record = {
      vid: '7465075291703420',
      name: 'John Carter',
      gender: 'male',
      dob: '1987/01/25',
      phoneNumber: '9009009001',
      emailId: 'john@somewhere.com',
      fullAddress: 'Kenitra, Rabat 14011',
    };

    expect(map(record)).toEqual({
      ...record,
      receivedVid: record.vid,
      name: eng('John Carter'),
      gender: eng('male'),
      fullAddress: eng('Kenitra, Rabat 14011'),
    });
  });

  it('ignores fields that it does not know', () => {
    expect(map({ name: 'A', photo: 'B' }).name).toEqual(eng('A'));
  });

  it('does not find what an object inherits', () => {
    expect(map({}, { vid: 'constructor', dob: 'toString.name', gender: '__proto__' })).toMatchObject({
      vid: undefined,
      dob: undefined,
      gender: undefined,
    });
  });

  it('finds a field that is really called __proto__', () => {
    const record = JSON.parse('{"__proto__": "7465075291703420"}') as Record<string, JsonValue>;
    expect(map(record, { vid: '__proto__' }).vid).toBe('7465075291703420');
  });
});

describe('a custom mapping', () => {
  it('takes the literal name before the path', () => {
    const record = { 'a.gender': 'male', a: { gender: 'female' } };
    expect(map(record, { gender: 'a.gender' }).gender).toEqual(eng('male'));
  });

  it.each([
    ['demo.full.first', { demo: { full: { first: 'Ana' } } }],
    ['repeat[1].line', { repeat: [{ line: 'no' }, { line: 'Ana' }] }],
    ['"Full Name"', { 'Full Name': 'Ana' }],
    ['demo["Full Name"]', { demo: { 'Full Name': 'Ana' } }],
    ['demo."Full Name"', { demo: { 'Full Name': 'Ana' } }],
    ['Full Name', { 'Full Name': 'Ana' }],
    ['sex-code', { 'sex-code': 'Ana' }],
    ['1gender', { '1gender': 'Ana' }],
    ['.demo.name', { demo: { name: 'Ana' } }],
    ['["Full Name"]', { 'Full Name': 'Ana' }],
    ['"the \\"first\\" n\\u00e9"', { 'the "first" né': 'Ana' }],
    ['"a.b"."c|d"', { 'a.b': { 'c|d': 'Ana' } }],
    ['names[-1]', { names: ['no', 'Ana'] }],
    ['names.[1]', { names: ['no', 'Ana'] }],
    ['names[]', { names: ['Ana', 'no'] }],
    ['people[].name', { people: [{ name: 'Ana' }, { name: 'no' }] }],
    ['names[1:][0]', { names: ['no', 'Ana'] }],
    ['text[2:5]', { text: '😀-Ana-' }],
    ['text[-3:]', { text: 'Dr Ana' }],
    ['people[].name?', { people: ['no', { name: 'Ana' }] }],
    ['demo?.name?', { demo: { name: 'Ana' } }],
    ['demo | .full|.first', { demo: { full: { first: 'Ana' } } }],
    ['names | .[0]', { names: ['Ana'] }],
    ['| .name', { name: 'Ana' }],
    ['demo.first name | .', { demo: { 'first name': 'Ana' } }],
    ['a|b', { 'a|b': 'Ana' }],
    ['Married?', { 'Married?': 'Ana' }],
  ])('reads %s', (entry, record: Record<string, JsonValue>) => {
    expect(map(record, { emailId: entry }).emailId).toBe('Ana');
  });

  it.each([
    '',
    '.',
    '|',
    'a.',
    'a..b',
    '[',
    'a[',
    'a[x]',
    'a[0',
    '"a',
    String.raw`"\(.a)"`,
    'a | b',
    'a || .b',
    'a |',
    'a[0] | ascii_upcase',
    'env',
    '| env.HOME',
    '$ENV.HOME',
    '| input',
    'a.length',
    'a.0',
    'a[9]',
    'a[-9]',
    'b[0]',
    'b.c.d',
    'b.c[]',
    'n.c',
    'n[0]',
    'n[]',
    'e[]',
    'm[].c',
  ])('finds nothing under %j', (entry) => {
    const record = { a: ['x'], b: { c: 'x' }, n: null, e: [], m: ['no object', { c: 'x' }] };
    expect(map(record, { emailId: entry }).emailId).toBeUndefined();
  });

  it('takes the first of several values, and it alone, as jq does', () => {
    expect(map({ people: [{}, { name: 'Ana' }] }, { emailId: 'people[].name' }).emailId).toBeUndefined();
    expect(map({ lists: [[], ['Ana']] }, { emailId: 'lists[][]' }).emailId).toBe('Ana');
  });

  it('joins the parts of a name by a blank and of an address by a comma, and skips empty ones', () => {
    const record = { first: 'Ana', middle: '', last: 'Diaz', street: 'Main 1', city: 'Rabat', zip: null };
    const mapped = map(record, {
      name: ['first', 'middle', 'none', 'last'],
      fullAddress: ['street', 'city', 'zip'],
    });

    expect(mapped.name).toEqual(eng('Ana Diaz'));
    expect(mapped.fullAddress).toEqual(eng('Main 1, Rabat'));
  });

  it('joins by other delimiters where they are configured', () => {
    const mapper = compileMapping(
      { name: ['a', 'b'], fullAddress: ['a', 'b'] },
      { nameDelimiter: '-', fullAddressDelimiter: ' / ' },
    );
    const mapped = mapper({ a: '1', b: '2' });

    expect(mapped.name).toEqual(eng('1-2'));
    expect(mapped.fullAddress).toEqual(eng('1 / 2'));
  });

  it('tells a field of which all parts are absent from one of which all are empty', () => {
    expect(map({}, { name: ['a', 'b'] }).name).toBeUndefined();
    expect(map({}, { name: [] }).name).toBeUndefined();
    expect(map({ b: ' ' }, { name: ['a', 'b'] }).name).toEqual([]);
  });

  it('shows the received vid of a record only under its own name', () => {
    expect(map({ uin: '7405214302' }, { vid: 'uin' })).toMatchObject({
      vid: '7405214302',
      receivedVid: null,
    });
  });
});

describe('a value', () => {
  it.each([undefined, null, false])('that is %j counts as not present', (value) => {
    const record: Record<string, JsonValue> = value === undefined ? {} : { name: value, dob: value };
    expect(map(record)).toMatchObject({ name: undefined, dob: undefined });
  });

  it('that holds nothing but blanks counts as empty', () => {
    expect(map({ vid: '', name: '', dob: ' \t', gender: '\u00A0' })).toMatchObject({
      vid: '',
      name: [],
      dob: '',
      gender: [],
    });
  });

  it('that is a number becomes its text', () => {
    expect(map({ vid: 4100000000000012, phoneNumber: 9009009001, name: 7 })).toMatchObject({
      receivedVid: '4100000000000012',
      vid: '4100000000000012',
      phoneNumber: '9009009001',
      name: eng('7'),
    });
  });

  it.each([
    [true],
    [['a']],
    [{}],
    [[['a']]],
    [[{ language: {}, value: 'a' }]],
    [[{ language: 'eng', value: [] }]],
  ])('that is %j is no text', (value) => {
    expect(map({ name: value }).name).toEqual({ problem: 'a text is expected' });
  });

  it('that no text can hold is refused, not mended', () => {
    expect(map({ name: 'Jo\0hn', emailId: 'a\uD800b' })).toMatchObject({
      name: { problem: expect.any(String) as unknown },
      emailId: { problem: expect.any(String) as unknown },
    });
  });

  it('loses the blanks and invisible direction marks at its ends, and no others', () => {
    const ends = [
      ' ',
      '\t',
      '\r\n',
      '\u0085',
      '\u00A0',
      '\u2003',
      '\u3000',
      '\uFEFF',
      '\u200F',
      '\u202A',
      '\u2066',
    ];
    for (const end of ends) {
      expect(map({ vid: `${end}7405214302${end}` }).vid).toBe('7405214302');
    }
    expect(map({ vid: '74052\u00A014302' }).vid).toBe('74052\u00A014302');
    expect(map({ vid: '\u200B7405214302' }).vid).toBe('\u200B7405214302');
  });

  it('is composed (NFC), as IDA stores it', () => {
    expect(map({ name: 'He\u0301le\u0300ne' }).name).toEqual(eng('H\u00E9l\u00E8ne'));
  });
});

describe('languages', () => {
  it('stand as the request says, and are eng where it says nothing', () => {
    expect(compileMapping({}, { language: 'fra' })({ gender: 'Femme' }).gender).toEqual([
      { language: 'fra', value: 'Femme' },
    ]);
    expect(compileMapping({}, { language: '' })({ gender: 'Female' }).gender).toEqual(eng('Female'));
  });

  it('all pass where the record names them', () => {
    const name = [
      { language: 'eng', value: ' Ana ' },
      { language: 'ara', value: 'آنا' },
      { language: 'fra', value: null },
      { language: '', value: '' },
    ];
    expect(map({ name }).name).toEqual([
      { language: 'eng', value: 'Ana' },
      { language: 'ara', value: 'آنا' },
    ]);
    expect(map({ name: [{ value: 'Ana' }] }).name).toEqual(eng('Ana'));
    expect(map({ name: [{ language: '', value: 'Ana' }] }).name).toEqual(eng('Ana'));
    expect(map({ name: [{ language: 'ara', value: '' }] }).name).toEqual([]);
  });

  it('are joined each by itself where a name has several parts', () => {
    const first = [
      { language: 'eng', value: 'Ana' },
      { language: 'ara', value: 'آنا' },
    ];
    expect(map({ first, last: 'Diaz' }, { name: ['first', 'last'] }).name).toEqual([
      { language: 'eng', value: 'Ana Diaz' },
      { language: 'ara', value: 'آنا' },
    ]);
  });

  it('may not come twice in one value', () => {
    const name = [
      { language: 'eng', value: 'Ana' },
      { language: 'eng', value: 'Anna' },
    ];
    expect(map({ name }).name).toEqual({ problem: 'it has two values in one language' });
  });
});

describe("the caller's own id of a record", () => {
  it('is kept as it was received, under its own name or the one that is mapped', () => {
    expect(map({ referenceId: ' A\u0301 7 ' }).referenceId).toBe(' A\u0301 7 ');
    expect(map({ referenceId: 7 }).referenceId).toBe('7');
    expect(map({ referenceId: 'x', case: { no: 'y' } }, { referenceId: 'case.no' }).referenceId).toBe('y');
  });

  it.each([undefined, null, false, ''])('is absent as %j', (referenceId) => {
    expect(map(referenceId === undefined ? {} : { referenceId }).referenceId).toBeUndefined();
  });

  it.each([true, {}, ['x'], 'x'.repeat(129), 'a\nb', '\u0000', '\u0085', '\ud800'])(
    'makes the record unusable as %j',
    (referenceId) => {
      expect(map({ referenceId }).referenceId).toHaveProperty('problem');
    },
  );

  it('may be of 128 characters', () => {
    expect(map({ referenceId: 'x'.repeat(128) }).referenceId).toBe('x'.repeat(128));
  });
});
