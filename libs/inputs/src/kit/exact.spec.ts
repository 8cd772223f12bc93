import { ApiError, type JsonValue } from '@mts/domain';
import { describe, expect, it } from 'vitest';
import { MAX_DEPTH, parseJsonExact, stringifyExact } from './exact.js';

const refusalOf = (text: string): ApiError => {
  try {
    parseJsonExact(text);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

const nested = (depth: number): string => '[{"a":'.repeat(depth / 2) + '1' + '}]'.repeat(depth / 2);

describe('a number in JSON', () => {
  it.each([
    '0',
    '12',
    '-7.25',
    '1.0',
    '1.50',
    '9007199254740991',
    '9830872690593682',
    '4100000000000012.0',
    '1e5',
    '1E+2',
    '15e-1',
    '0.000001',
    '-0',
    '0.0e7',
    '1e21',
  ])('stays a number where a double holds it: %s', (text) => {
    expect(parseJsonExact(text)).toBe(Number(text));
    expect(parseJsonExact(`{"a":[${text}]}`)).toEqual({ a: [Number(text)] });
  });

  it.each([
    '9007199254740993',
    '9876543210987654321',
    '-9876543210987654321',
    '3.14159265358979323846',
    '0.1000000000000000055',
    '1e400',
    '1e-400',
    '1e99999999999999999999999',
  ])('becomes its own text where a double does not: %s', (text) => {
    expect(parseJsonExact(text)).toBe(text);
    expect(parseJsonExact(`[{"vid": ${text} }, 1]`)).toEqual([{ vid: text }, 1]);
  });

  it('of millions of digits is read without delay', () => {
    const text = `1${'0'.repeat(2_000_000)}1${'0'.repeat(2_000_000)}1`;
    expect(parseJsonExact(`[${text}]`)).toEqual([text]);
  });
});

describe('JSON', () => {
  it('means what JSON.parse says it means', () => {
    const text = String.raw`{"a":"\"[{\\","b":[true,false,null,"\ud83d\ude00",[],{}],"":-1.5,"a":"twice"}`;
    expect(parseJsonExact(text)).toEqual(JSON.parse(text));
    expect(parseJsonExact(`[${text},9007199254740993]`)).toEqual([JSON.parse(text), '9007199254740993']);
  });

  it('cannot reach the prototype', () => {
    const value = parseJsonExact('{"__proto__":{"polluted":1},"n":9007199254740993}') as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.hasOwn(value, '__proto__')).toBe(true);
    expect('polluted' in value).toBe(false);
  });

  it('is refused by ATS-REQ-102 and 422 with the position and nothing of its content', () => {
    const missingComma = refusalOf('{"vid":"7405214302"\n"name":"Ana"}');
    expect(missingComma).toMatchObject({ code: 'ATS-REQ-102', status: 422 });
    expect(missingComma.cause).toBeUndefined();
    expect(missingComma.message).toBe('Invalid Input. this is not valid JSON (line 2, column 1)');
    for (const text of [
      '',
      '{',
      '[7405214302,xx]',
      'NaN',
      '{"vid":"7405214302","x":tru',
      "{'a':7405214302}",
      '"Ana',
      '1.2.3',
    ]) {
      expect(refusalOf(text).message).toMatch(
        /^Invalid Input\. this is not valid JSON( \(line 1, column \d+\))?$/,
      );
    }
  });

  it('is not fooled by content that looks like a position', () => {
    expect(refusalOf('[x, "(line 7405214302 column 7405214302)').message).not.toContain('7405214302');
  });

  it('is refused beyond a depth, however deep it is', () => {
    expect(() => parseJsonExact(nested(MAX_DEPTH))).not.toThrow();
    expect(refusalOf(nested(MAX_DEPTH + 2)).message).toContain(`deeper than ${String(MAX_DEPTH)} levels`);
    expect(refusalOf('['.repeat(3_000_000))).toMatchObject({ code: 'ATS-REQ-102', status: 422 });
  });

  it('may hold any number of brackets side by side or inside strings', () => {
    const wide = `[${'[1],{"a":2},'.repeat(MAX_DEPTH)}0]`;
    expect(parseJsonExact(wide)).toEqual(JSON.parse(wide));
    expect(parseJsonExact(`["${'['.repeat(1_000)}"]`)).toEqual(['['.repeat(1_000)]);
  });
});

describe('what was read', () => {
  it.each([
    '1.50',
    '1.0',
    '-0',
    '1E+2',
    '0.10',
    '0.0000001',
    '9876543210987654321',
    '1e400',
    '123456789012345',
    '-7.25',
    '100.0',
    '"1.0"',
  ])('is written as it was: %s', (number) => {
    const text = `{"a":[1e5,{"b":${number}}],"c":${number},"d":"x"}`;
    expect(stringifyExact(parseJsonExact(text))).toBe(text);
    const list = parseJsonExact(`[{"plain":1},${text}]`) as readonly JsonValue[];
    expect(list.map(stringifyExact)).toEqual(['{"plain":1}', text]);
  });

  it('is written as it is when it holds no number that would change', () => {
    const text = '{"a":[1,2.5,"x",null,true,{}],"b":{"c":-3}}';
    expect(stringifyExact(parseJsonExact(text))).toBe(text);
    for (const plain of ['"x"', 'null', '12', '[]'])
      expect(stringifyExact(parseJsonExact(plain))).toBe(plain);
  });
});
