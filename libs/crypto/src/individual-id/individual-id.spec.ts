import { idaVector } from '@mts/testing';
import { describe, expect, it } from 'vitest';
import { followsGeneratorRules, type IndividualIdType, individualIdType, isVerhoeffValid } from './index.js';

const judged = idaVector('ids');

describe('isVerhoeffValid', () => {
  it.each(judged)('judges the check digit of $id as ChecksumUtils of MOSIP does', ({ id, verhoeff }) => {
    expect(isVerhoeffValid(id)).toBe(verhoeff === true);
  });

  it.each(['7405214302', '7465075291703420'])('notices every change of a single digit of %s', (id) => {
    const changed = Array.from(id).flatMap((digit, at) =>
      Array.from('0123456789')
        .filter((other) => other !== digit)
        .map((other) => id.slice(0, at) + other + id.slice(at + 1)),
    );
    expect(changed.filter((number) => isVerhoeffValid(number))).toEqual([]);
  });

  it.each(['', ' 7405214302', '7405214302\n', '٧٤٠٥٢١٤٣٠٢', '7405-214302', '+7405214302'])(
    'refuses %j, which is not ASCII digits alone',
    (text) => {
      expect(isVerhoeffValid(text)).toBe(false);
    },
  );
});

describe('individualIdType', () => {
  it.each(judged)('takes $id as IDA 1.2 does', ({ id, type, accepted_ida_1_2_plus: accepted }) => {
    expect(individualIdType(id)).toBe(accepted ? type : undefined);
  });

  it('goes by the lengths that the deployment has configured', () => {
    const lengths = { UIN: 16, VID: 10 };
    expect(individualIdType('7405214302', lengths)).toBe('VID');
    expect(individualIdType('7465075291703420', lengths)).toBe('UIN');
    expect(individualIdType('7405214302', { UIN: 12, VID: 16 })).toBeUndefined();
  });

  it('takes a number for a UIN where both kinds have one length, as IDA tries that first', () => {
    expect(individualIdType('7405214302', { UIN: 10, VID: 10 })).toBe('UIN');
  });
});

describe('followsGeneratorRules', () => {
  it.each(judged.filter(({ type }) => type !== 'other'))(
    'judges $id as the kernel validators of 1.1.5 do',
    ({ id, type, ida_1_1_5_validator: verdict }) => {
      expect(followsGeneratorRules(id, type === 'UIN' ? 'UIN' : 'VID')).toBe(verdict === 'valid');
    },
  );

  // Each breaks one rule only.
  it.each<[IndividualIdType, string, string]>([
    ['UIN', '1809175365', 'starts with 0 or 1'],
    ['UIN', '6074501285', 'has three ascending digits'],
    ['UIN', '8753218029', 'has three descending digits'],
    ['UIN', '7917322094', 'has a digit twice in a row'],
    ['UIN', '3187436515', 'has a digit twice with one between'],
    ['UIN', '7495649053', 'has a block of two digits twice'],
    ['UIN', '6597867356', 'holds the restricted 786'],
    ['UIN', '4357248604', 'has three even digits in a row'],
    ['UIN', '293046940392', 'starts with its last five digits reversed'],
    ['VID', '1320174270512697', 'starts with 0 or 1'],
    ['VID', '8234956759732480', 'has three ascending digits'],
    ['VID', '7965210689437485', 'has three descending digits'],
    ['VID', '9135862953423822', 'has a digit twice in a row'],
    ['VID', '8978328529357030', 'has a digit twice with one between'],
    ['VID', '3150423948604874', 'has a block of two digits twice'],
    ['VID', '4715786273589172', 'holds the restricted 786'],
  ])('knows no generated %s %s, for it %s', (type, id) => {
    expect(isVerhoeffValid(id)).toBe(true);
    expect(followsGeneratorRules(id, type)).toBe(false);
  });

  it('lets a VID have three even digits in a row, and a sequence pass from 0 to 9', () => {
    expect(followsGeneratorRules('6473284689231965', 'VID')).toBe(true);
    expect(followsGeneratorRules('8530986584059216', 'VID')).toBe(true);
  });
});
