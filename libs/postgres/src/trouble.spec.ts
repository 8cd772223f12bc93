import { expect, it } from 'vitest';

import { databaseTrouble } from './trouble.js';

it.each([
  ['57P01', 'away'],
  ['57P03', 'away'],
  ['08006', 'away'],
  ['53300', 'away'],
  ['ECONNREFUSED', 'away'],
  ['25P03', 'away'],
  ['53100', 'full'],
  ['40001', 'busy'],
  ['40P01', 'busy'],
  ['55P03', 'busy'],
  ['23505', undefined],
  ['57014', undefined],
])('takes %s for %s', (code, trouble) => {
  expect(databaseTrouble(Object.assign(new Error('m'), { code }))).toBe(trouble);
});

it.each([
  'timeout expired',
  'timeout exceeded when trying to connect',
  'Connection terminated unexpectedly',
  'Client has encountered a connection error and is not queryable',
  'Query runner already released. Cannot run queries anymore.',
])('takes "%s", which has no code, for a database that is away', (message) => {
  expect(databaseTrouble(new Error('outer', { cause: new Error(message) }))).toBe('away');
});

it('takes a defect for what it is', () => {
  expect(databaseTrouble(new TypeError('undefined is not a function'))).toBeUndefined();
  expect(databaseTrouble('ECONNREFUSED')).toBeUndefined();
});
