import { expect, it } from 'vitest';

import { quantile } from './bench.js';

it('a quantile is the value that so large a part of all does not exceed', () => {
  const values = [5, 1, 4, 2, 3];
  expect([0.2, 0.5, 0.95, 1].map((part) => quantile(values, part))).toEqual([1, 3, 5, 5]);
  expect(quantile([], 0.5)).toBeNaN();
});
