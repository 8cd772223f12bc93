import { expect, it } from 'vitest';

import { measured } from './measurement.js';
import { table } from './table.js';

it('a figure has its ratio to the ceiling, and says whether it meets its target', () => {
  const rate = { name: 'rate', value: 420, unit: '1/s', ceiling: 840 };
  expect(measured({ ...rate, atLeast: 400 })).toEqual({ ...rate, ratio: 0.5, target: '>= 400', ok: true });
  expect(measured({ ...rate, atLeast: 421 })).toMatchObject({ ok: false });
  const memory = { name: 'memory', value: 300, unit: 'MB' };
  expect(measured({ ...memory, atMost: 300 })).toEqual({ ...memory, target: '<= 300', ok: true });
  expect(measured({ ...memory, atMost: 299 })).toMatchObject({ ok: false });
  expect(measured(memory)).toEqual({ ...memory, ok: true });
});

it('a figure that could not be taken meets no target', () => {
  expect(measured({ name: 'rate', value: NaN, unit: '1/s', atLeast: 1 }).ok).toBe(false);
});

it('figures are printed in columns, the missed target marked', () => {
  const rows = [
    measured({ name: 'rate', value: 420.26, unit: '1/s', ceiling: 840, atLeast: 400 }),
    measured({ name: 'memory', value: 1300.4, unit: 'MB', atMost: 300 }),
  ];
  expect(table(rows)).toBe(
    [
      'name      value  unit  ceiling  ratio  target         ',
      'rate     420.26  1/s       840    0.5  >= 400         ',
      'memory  1,300.4  MB                    <= 300  MISSED ',
    ]
      .map((line) => line.trimEnd())
      .join('\n'),
  );
});
