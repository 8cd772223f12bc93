import { describe, expect, it } from 'vitest';
import { lowerCaseName, wireDemographics } from './demographics.js';

const eng = (value: string) => [{ language: 'eng', value }];

describe('wireDemographics', () => {
  it('sends what is given and nothing else', () => {
    expect(wireDemographics({}, 'lower')).toEqual({});
    expect(
      wireDemographics(
        { dob: '', name: [], gender: [...eng(''), { language: 'fra', value: 'Homme' }] },
        'lower',
      ),
    ).toEqual({ gender: [{ language: 'fra', value: 'Homme' }] });
    const unknown = { dob: '1976/01/01', nickname: 'x' };
    expect(wireDemographics(unknown, 'lower')).toEqual({ dob: '1976/01/01' });
  });

  it('keeps text of blanks, which IDA compares, so that a check is never dropped', () => {
    expect(wireDemographics({ name: eng(' ') }, 'lower')).toEqual({ name: eng(' ') });
  });

  it('composes all text (NFC)', () => {
    const decomposed = 'He\u0301le\u0300ne';
    expect(
      wireDemographics(
        { name: eng(decomposed), gender: eng(decomposed), emailId: decomposed, fullAddress: eng(decomposed) },
        'as-given',
      ),
    ).toEqual({
      name: eng('Hélène'),
      gender: eng('Hélène'),
      emailId: 'Hélène',
      fullAddress: eng('Hélène'),
    });
  });

  it('lower-cases names alone, and only when told to', () => {
    const given = { name: eng('LiamSon Ray'), gender: eng('Male'), fullAddress: eng('Main Street') };
    expect(wireDemographics(given, 'lower')).toEqual({ ...given, name: eng('liamson ray') });
    expect(wireDemographics(given, 'as-given')).toEqual(given);
  });
});

describe('lowerCaseName', () => {
  it('leaves a name whole when one of its letters could come out otherwise in Java', () => {
    const names = ['İsmail MR', "ΟΔΟΣ'Mr", 'Ა MR', 'Ꭰ MR', 'Ａ MR', '𞤀 MR'];
    expect(names.map(lowerCaseName)).toEqual(names);
  });

  it('lower-cases Latin, Greek without sigma, Cyrillic and Armenian', () => {
    expect(lowerCaseName('ÉLODIE ẞ ΑΝΝΑ ИВАН ԱՆԻ ابراهيم 李')).toBe('élodie ß αννα иван անի ابراهيم 李');
  });

  it('never turns a match of the reference matcher into a mismatch or an endless loop', () => {
    let matches = 0;
    for (const [name, stored] of namePairs(20_000)) {
      const asGiven = referenceMatch(name, stored);
      if (asGiven === 'endless') continue;
      expect([name, stored, referenceMatch(lowerCaseName(name), stored)]).toEqual([name, stored, asGiven]);
      if (asGiven) matches += 1;
    }
    expect(matches).toBeGreaterThan(5_000);
  });

  it('ends the loop that a title in odd case starts', () => {
    expect(referenceMatch('mR Smith', 'Smith')).toBe('endless');
    expect(referenceMatch(lowerCaseName('mR Smith'), 'Smith')).toBe(true);
    expect(referenceMatch(lowerCaseName('LiamSon Ray'), 'Ray Liamson')).toBe(true);
  });
});

/*
 * The name rules of IDA's reference matcher, told again: Normalizer_V_1_0.normalizeName and
 * Client_V_1_0.doExactMatch of mosip/demosdk v1.2.0.1, with the common rules of mosip-config v1.2.0.1.
 */
const TITLES = ['Miss', 'Mrs', 'Mme', 'Κος', 'Г-н', 'Mr', 'Ms', 'Dr'];

function removeTitle(name: string, title: string): string | undefined {
  let rest = name;
  while (rest.toLowerCase().includes(title.toLowerCase())) {
    const before = rest;
    for (const spelling of [title, title.toLowerCase(), title.toUpperCase()])
      rest = rest.replace(spelling, '');
    if (rest === before) return undefined;
  }
  return rest;
}

function tokens(name: string): string[] | undefined {
  let rest: string | undefined = name;
  for (const title of TITLES.flatMap((each) => [`${each}.`, each])) {
    if (rest !== undefined) rest = removeTitle(rest, title);
  }
  const blanked = rest?.replaceAll(/[.|,\-*()[\]`'/#"]/g, ' ').trim();
  return blanked?.toLowerCase().split(/\s+/).filter(Boolean);
}

function referenceMatch(name: string, stored: string): boolean | 'endless' {
  const [asked, held] = [tokens(name), tokens(stored)];
  if (asked === undefined || held === undefined) return 'endless';
  return asked.length === held.length && held.every((token) => asked.includes(token));
}

/** Names made of awkward pieces, each with a stored name that is the same, turned about, or in other cases. */
function* namePairs(count: number): Generator<[name: string, stored: string]> {
  const pieces =
    "Smith ALI Neil ' . - Mr mR MR iamSon Miss Dr rake MME É ß ẞ Σ ς σ ΟΔΟΣ Κος ΚΟΣ İ I ı Иван Г-н Ա Ა Ꭰ 𞤀 Ａ"
      .split(' ')
      .concat(' ');
  let state = 42; // A fixed seed: the same names in every run.
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >> 8) % limit;
  };
  const mixCase = (text: string): string =>
    Array.from(text, (c) => [c, c.toLowerCase(), c.toUpperCase()][below(3)] ?? c).join('');
  for (let n = 0; n < count; n += 1) {
    const name = Array.from({ length: 1 + below(6) }, () => pieces[below(pieces.length)] ?? '').join('');
    const stored = [name, name.split(' ').toReversed().join(' '), mixCase(name)][below(3)] ?? name;
    yield [name.normalize('NFC'), stored.normalize('NFC')];
  }
}
