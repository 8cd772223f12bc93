import { idaVector } from '@mts/testing';
import { describe, expect, it } from 'vitest';

import { EndlessInIda } from '../service/outcomes.js';
import { isExactMatch } from './exact-match.js';
import { normalizationRules, normalizeAddress, normalizeName } from './normalization.js';

const { cases } = idaVector('matching');
const NORMALIZERS = { name: normalizeName, address: normalizeAddress };

function normalize(kind: string, text: string, language: string, rules = normalizationRules()): string {
  const normalizer = NORMALIZERS[kind as keyof typeof NORMALIZERS] as typeof normalizeName | undefined;
  return normalizer === undefined ? text : normalizer(text, language, rules);
}

describe("normalization and comparison, against MOSIP's own classes", () => {
  it.each(cases.map((each) => [each.kind, each.request, each.stored, each] as const))(
    '%s: %j and %j come out as there',
    (kind, request, stored, { language, normalized_request, normalized_stored, match }) => {
      const [given, known] = [normalize(kind, request, language), normalize(kind, stored, language)];
      expect([given, known]).toEqual([normalized_request, normalized_stored]);
      expect(isExactMatch(given, known)).toBe(match);
    },
  );

  it.each(cases.filter((each) => each.match_if_config_keeps_trailing_spaces !== undefined))(
    '$kind: $request and $stored compare as there if the configuration keeps trailing spaces',
    ({ kind, language, request, stored, match_if_config_keeps_trailing_spaces }) => {
      const rules = normalizationRules('kept');
      const [given, known] = [request, stored].map((text) => normalize(kind, text, language, rules));
      expect(isExactMatch(given ?? '', known ?? '')).toBe(match_if_config_keeps_trailing_spaces);
    },
  );
});

describe('names', () => {
  const rules = normalizationRules();

  it.each([
    ['Drake', 'ake'],
    ['MISS. Lisa.GN', 'Lisa GN'],
    ['Mrs Smith', 'Smith'],
    ['adrian', 'aian'],
  ])('lose titles wherever they stand: %j becomes %j', (name, normalized) => {
    expect(normalizeName(name, 'eng', rules)).toBe(normalized);
  });

  it.each(['mR Smith', 'LiamSon Ray'])('like %j keep the normalizer of MOSIP busy for ever', (name) => {
    expect(() => normalizeName(name, 'eng', rules)).toThrow(EndlessInIda);
  });

  it('lose no title in a language without titles', () => {
    expect(normalizeName('Mr. Smith', 'fra', rules)).toBe('Mr  Smith');
  });
});

describe('addresses', () => {
  const rules = normalizationRules();

  it.each([
    ['C/o Rao, North Street', 'Rao  rth st'],
    ['21st Cross Road', '21 crs rd'],
    ['Madrid', 'Mad'],
    ['11th/12th', '11 12'],
  ])('in English become shorter: %j becomes %j', (address, normalized) => {
    expect(normalizeAddress(address, 'eng', rules)).toBe(normalized);
  });

  it('keep a backslash, which is not among the characters that become blanks', () => {
    expect(normalizeAddress(String.raw`a\b/c`, 'eng', rules)).toBe(String.raw`a\b c`);
  });

  it('in other languages lose punctuation only', () => {
    expect(normalizeAddress('12, Main Street', 'ara', rules)).toBe('12  Main Street');
  });
});
