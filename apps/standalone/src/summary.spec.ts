import { expect, it } from 'vitest';

import type { ResultRow } from './result-file.js';
import { summary } from './summary.js';

const CONTEXT = { elapsedMs: 4_210, file: '/somewhere/result.csv' };

function row(vid: string, token: string): ResultRow {
  return token === ''
    ? { vid, status: 'error', token, errorCode: 'IDA-MLC-001' }
    : { vid, status: 'processed', token, errorCode: '' };
}

it('counts, shows the first rows and says where the whole file lies', () => {
  const text = summary([row('11', 'T1'), row('222', ''), row('33', 'T2')], CONTEXT);
  expect(text.split('\n')).toEqual([
    '3 people in 4.2 s: 2 processed, 1 error',
    '',
    '  line  vid  status     token  errorCode',
    '  1     11   processed  T1',
    '  2     222  error             IDA-MLC-001',
    '  3     33   processed  T2',
    '',
    'Nobody stands in the list twice.',
    'The whole result: /somewhere/result.csv',
  ]);
});

it('names the lines that are the same person, as equal tokens tell', () => {
  const rows = [
    row('1', 'A'),
    row('2', 'B'),
    row('3', 'A'),
    row('4', ''),
    row('5', ''),
    row('6', 'B'),
    row('7', 'A'),
  ];
  const text = summary(rows, CONTEXT);
  expect(text).toContain('3 rows are the same person as an earlier row (they have one Token ID):');
  expect(text).toContain('\n  lines 1, 3, and 7\n  lines 2 and 6\n');
});

it('keeps to the first few of many', () => {
  const pairs = Array.from({ length: 20 }, (_, index) => row(String(index), `T${index % 10}`));
  const text = summary(pairs, CONTEXT);
  expect(text).toContain('  and 5 people more');
  expect(text).not.toContain('  9 ');
});
