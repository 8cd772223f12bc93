import { idaVector } from '@mts/testing';
import { describe, expect, it } from 'vitest';

import { checkDigit, hasValidCheckDigit } from './verhoeff.js';

const numbers = idaVector('ids').filter(({ id }) => /^\d+$/.test(id));

describe('the check digit', () => {
  it.each(numbers.map(({ id, verhoeff }) => [id, verhoeff] as const))(
    "of %s is judged as by MOSIP's class",
    (id, valid) => {
      expect(hasValidCheckDigit(id)).toBe(valid);
    },
  );

  it.each(numbers.filter(({ verhoeff }) => verhoeff === true).map(({ id }) => id))(
    'of %s can be computed',
    (id) => {
      expect(checkDigit(id.slice(0, -1))).toBe(id.slice(-1));
    },
  );
});
