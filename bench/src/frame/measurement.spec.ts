import { expect, it } from 'vitest';

import { measured, middleOf, quantile } from './measurement.js';

it('a figure has its ratio to the ceiling, and says whether it meets its target', () => {
  const rate = { name: 'rate', value: 420, unit: '1/s', ceiling: 840 };
  expect(measured({ ...rate, target: { atLeast: 400 } })).toEqual({
    ...rate,
    ratio: 0.5,
    target: '>= 400',
    ok: true,
  });
  expect(measured({ ...rate, target: { atLeast: 421 } })).toMatchObject({ ok: false });
  expect(measured({ ...rate, target: { ratioAtLeast: 0.5 } })).toMatchObject({
    target: '>= 50 % of the ceiling',
    ok: true,
  });
  expect(measured({ ...rate, target: { ratioAtLeast: 0.51 } })).toMatchObject({ ok: false });
  const memory = { name: 'memory', value: 300, unit: 'MB' };
  expect(measured({ ...memory, target: { atMost: 300 } })).toEqual({ ...memory, target: '<= 300', ok: true });
  expect(measured({ ...memory, target: { atMost: 299 } })).toMatchObject({ ok: false });
  expect(measured(memory)).toEqual({ ...memory, ok: true });
});

it('a figure that could not be taken meets no target', () => {
  expect(measured({ name: 'rate', value: NaN, unit: '1/s', target: { atLeast: 1 } }).ok).toBe(false);
});

it('of a time the unavoidable part is a floor, and says so', () => {
  const latency = { name: 'latency', value: 136, unit: 'ms' };
  expect(measured({ ...latency, floor: 100, target: { atMost: 400 } })).toEqual({
    ...latency,
    ceiling: 100,
    isFloor: true,
    ratio: 1.36,
    target: '<= 400',
    ok: true,
  });
});

it('a quantile is the value that so large a part of all does not exceed', () => {
  const values = [5, 1, 4, 2, 3];
  expect([0.2, 0.5, 0.95, 1].map((part) => quantile(values, part))).toEqual([1, 3, 5, 5]);
  expect(quantile([], 0.5)).toBeNaN();
});

it('of several rounds the middle one counts, beside how far they lie apart', () => {
  expect(middleOf([90, 100, 110, 400])).toEqual({ value: 100, spread: 0.1 });
});
