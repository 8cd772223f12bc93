import type { JsonValue, ReceivedRecord } from '@mts/domain';
import { describe, expect, it } from 'vitest';
import { parseJsonExact, stringifyExact } from './exact.js';
import { LOOKS_MAX } from './looks.js';
import { compileMapping, isUnusable, type Mapping } from './mapping.js';
import { excessOf } from './mapping-limits.js';
import { checkRecord, compileRules, type RecordRuleSettings } from './validation.js';

const TOO_MUCH = { problem: expect.stringMatching(/more than 10000 values or 2560000 characters/) as string };
const NO_RULES: RecordRuleSettings = { mandatoryFields: [], idCheck: 'off' };
const ANA = { vid: '7465075291703420', name: 'Ana', gender: 'F', dob: '1987/01/25', fullAddress: 'Rabat' };

/** A list that counts which of its elements are read. */
function counted(elements: readonly JsonValue[]): { list: JsonValue; reads: () => number } {
  let reads = 0;
  const list = new Proxy([...elements], {
    get(target, name, receiver): unknown {
      if (typeof name === 'string' && /^\d+$/.test(name)) reads += 1;
      return Reflect.get(target, name, receiver);
    },
  });
  return { list, reads: () => reads };
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

const marked = (count: number): string => `a${'\u0301\u0316'.repeat(count / 2)}`;

describe('a mapping that is handed in', () => {
  it.each<[string, Mapping, string | undefined]>([
    ['has 50 entries', { name: times(50, 'a') }, undefined],
    ['has 51 entries', { fullAddress: times(51, 'a') }, 'fullAddress: at most 50 entries are expected'],
    ['has 3500 entries', { name: ['n', ...times(3500, 'a[].b?')] }, 'name: at most 50 entries are expected'],
    ['has an entry of 1000 characters', { vid: 'v'.repeat(1000) }, undefined],
    ['has one of 1001', { vid: 'v'.repeat(1001) }, 'vid: at most 1000 characters are expected'],
    [
      'has a path of 10,000 characters',
      { name: ['n', `a${'[:]'.repeat(5000)}[]`] },
      'name[1]: at most 1000 characters are expected',
    ],
    ['has a path of 50 steps', { dob: `a${'[]'.repeat(49)}` }, undefined],
    [
      'has one of 51',
      { referenceId: `a${'?'.repeat(50)}` },
      'referenceId: a path of at most 50 steps is expected',
    ],
    ['has a name that is no path', { vid: `"${'.'.repeat(900)}` }, undefined],
    ['has nothing', { vid: undefined, name: [] }, undefined],
  ])('is told what is too much of it when it %s', (_title, mapping, told) => {
    const excess = excessOf(mapping);
    expect(excess && `${excess.place}: ${excess.problem}`).toBe(told);
  });
});

describe('a record that a mapping cannot be done with looking at', () => {
  it('is read no further than the limit, however many entries would walk it', () => {
    const { list, reads } = counted(times(15_000, 1));
    const mapped = compileMapping({ name: ['n', ...times(3500, 'a[].b?')] })({ ...ANA, a: list });
    expect(mapped).toMatchObject({ vid: ANA.vid, name: TOO_MUCH, dob: TOO_MUCH, referenceId: TOO_MUCH });
    expect(reads()).toBeLessThanOrEqual(LOOKS_MAX);
    expect(reads()).toBeGreaterThan(LOOKS_MAX / 2);
  });

  it('needs no stack for its path', () => {
    const mapper = compileMapping({ name: [`a${'[:]'.repeat(100_000)}[]`], emailId: 'a' });
    expect(mapper({ ...ANA, a: [['x']] })).toMatchObject({ name: TOO_MUCH, emailId: TOO_MUCH });
  });

  it.each<[string, string, JsonValue]>([
    [
      'the fields of an object',
      'a[]',
      Object.fromEntries(times(10_001, '').map((_, at) => [String(at), []])),
    ],
    ['what slices copy', 'a[:][0:]', times(6000, 'x')],
    ['the texts that slices cut', `a${'[0:]'.repeat(4)}`, 'x'.repeat(1_000_000)],
    ['the values of a text in many languages', 'a', times(10_001, { language: 'eng', value: '' })],
    ['the characters of a text', 'a', 'x'.repeat(2_560_000)],
  ])('is one by %s', (_title, entry, a) => {
    expect(compileMapping({ gender: entry })({ a }).gender).toEqual(TOO_MUCH);
  });

  it('is invalid by itself, for the gateway and just so for the seeder', () => {
    const mapper = compileMapping({ emailId: 'a[].b?' });
    const record: ReceivedRecord = { ...ANA, a: times(10_001, 1) };
    const stored = parseJsonExact(stringifyExact(record)) as ReceivedRecord;
    const message = expect.stringMatching(/^invalid input\. emailId: .*more than 10000 values/) as string;
    const expected = { kind: 'invalid', code: 'ATS-REQ-102', message, vid: ANA.vid };
    expect(checkRecord(mapper(record), compileRules())).toEqual(expected);
    expect(checkRecord(mapper(stored), compileRules(NO_RULES))).toEqual(expected);
    expect(checkRecord(mapper(ANA), compileRules()).kind).toBe('valid');
  });
});

describe('a record within the limit', () => {
  it('is one that uses all that a mapping may have', () => {
    const path = `a${'.a'.repeat(49)}`;
    let a: JsonValue = 'x';
    for (let depth = 0; depth < 50; depth += 1) a = { a };
    const mapping = {
      name: times(50, path),
      fullAddress: times(50, path),
      vid: path,
      gender: path,
      dob: path,
    };
    const { vid, fullAddress, dob } = compileMapping(mapping)(a as ReceivedRecord);
    expect([vid, dob]).toEqual(['x', 'x']);
    expect(fullAddress).toEqual([{ language: 'eng', value: times(50, 'x').join(', ') }]);
  });

  it('is one of which the first element of a long list counts', () => {
    const { list, reads } = counted([{ b: 'x' }, ...times(50_000, 1)]);
    expect(compileMapping({ dob: 'a[].b' })({ a: list }).dob).toBe('x');
    expect(reads()).toBe(1);
  });

  it('is one with the longest cell that a CSV file may have', () => {
    expect(isUnusable(compileMapping()({ fullAddress: 'x'.repeat(1_048_576) }).fullAddress)).toBe(false);
  });
});

describe('a text', () => {
  it('that heaps marks on one letter, which takes quadratic time to compose, is none', () => {
    const { name, emailId } = compileMapping()({ name: marked(32), emailId: `${marked(30)}${marked(30)}` });
    expect(name).toEqual({ problem: expect.any(String) as string });
    expect(emailId).toEqual(expect.any(String));
  });
});
