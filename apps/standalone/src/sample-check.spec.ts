import { expect, it } from 'vitest';

import { differences } from './sample-check.js';

const good = { status: 'processed', token: 'T1', errorCode: '' };

it('finds nothing where every row is as expected', () => {
  expect(differences([good, good], [good, good])).toEqual([]);
});

it.each(['status', 'token', 'errorCode'] as const)('names the line with a wrong %s', (column) => {
  expect(differences([good, { ...good, [column]: 'X' }], [good, good])).toEqual([
    `line 2: ${column} is 'X' instead of '${good[column]}'`,
  ]);
});

it('counts missing and surplus rows', () => {
  expect(differences([good], [good, good])).toEqual(['1 rows instead of 2']);
  expect(differences([good, good], [good])).toEqual(['2 rows instead of 1']);
});
