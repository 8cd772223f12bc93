import { idaVector } from '@mts/testing';
import { describe, expect, it } from 'vitest';

import { hasValidCheckDigit } from '../verhoeff.js';
import { IdSequence, isAllowed, type IdKind } from './ids.js';
import { Random } from './random.js';

const judged = idaVector('ids').filter(({ verhoeff }) => verhoeff === true);

describe('the rules for ids', () => {
  it.each(judged.map(({ id, type, ida_1_1_5_validator: verdict }) => [id, type as IdKind, verdict] as const))(
    "judge %s (%s) as MOSIP's validator does: %s",
    (id, kind, verdict) => {
      expect(isAllowed(kind, id)).toBe(verdict === 'valid');
    },
  );

  it.each([
    ['2345678901', 'a run upwards'],
    ['5432109876', 'a run downwards'],
    ['3552984124', 'a digit twice'],
    ['3525984124', 'a digit again after one'],
    ['3591984123', 'a digit again after one, 9'],
    ['7860192540', 'a restricted number'],
    ['3529840352', 'a block twice'],
    ['5248391607', 'three even digits'],
    ['3705183705', 'equal halves'],
    ['3705110573', 'mirrored halves'],
  ])('refuse the UIN %s: %s', (id) => {
    expect(isAllowed('UIN', id)).toBe(false);
  });
});

describe('made ids', () => {
  it.each([
    ['UIN', 10],
    ['VID', 16],
  ] as const)(
    'of the kind %s follow the rules, have a valid check digit, and come once each',
    (kind, length) => {
      const sequence = new IdSequence(kind, new Random(42));
      const ids = Array.from({ length: 2000 }, () => sequence.next());
      expect(ids.every((id) => id.length === length && isAllowed(kind, id) && hasValidCheckDigit(id))).toBe(
        true,
      );
      expect(new Set(ids).size).toBe(ids.length);
    },
  );
});
