import { expect, it } from 'vitest';

import { SetAsideCounts } from './set-aside-counts.js';

it('a record that is tried for the third time is the last of its request, and three records are the request', () => {
  const counts = new SetAsideCounts();
  expect([1, 1, 1, 2].map((line) => counts.note('a', line))).toEqual([
    'record',
    'record',
    'last record',
    'record',
  ]);
  expect(counts.note('a', 3)).toBe('request');
  counts.forget('a');
  expect(counts.note('a', 3)).toBe('record');
});

it('the request that was noted longest ago begins anew where there are too many to remember', () => {
  const counts = new SetAsideCounts(3, 2);
  for (const requestId of ['a', 'b', 'a', 'b']) counts.note(requestId, 1);
  expect(counts.note('b', 1)).toBe('last record');
  counts.note('c', 1);
  expect(counts.note('b', 1)).toBe('last record');
  expect(counts.note('a', 1)).toBe('record');
});

it('what is forgotten by hand leaves its room to others', () => {
  const counts = new SetAsideCounts(3, 2);
  counts.note('a', 1);
  counts.note('b', 1);
  counts.forget('b');
  counts.note('a', 1);
  counts.note('c', 1);
  expect(counts.note('a', 1)).toBe('last record');
});
