import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

import { parseRecord, pickRows } from './rows.js';

const SAMPLE = fileURLToPath(new URL('../../../apps/ida-simulator/sample/', import.meta.url));

it.each([
  ['a,b', ['a', 'b']],
  ['"a ""b"", c",', ['a "b", c', '']],
  [',,x', ['', '', 'x']],
])('the record %s is read as RFC 4180 has it', (line, fields) => {
  expect(parseRecord(line)).toEqual(fields);
});

it('rows come with their outcomes from the whole list, and none that IDA is not asked about', async () => {
  const rows = await pickRows(SAMPLE, 1000, 100);
  expect(rows).toHaveLength(100);
  expect(
    rows.every(
      ({ row, outcome }) => /^\d+$/.test(row['vid'] ?? '') && /^(?:\d{36}|IDA-|ATS-REQ-103)/.test(outcome),
    ),
  ).toBe(true);
  expect(rows.filter(({ outcome }) => !/^\d/.test(outcome)).length).toBeGreaterThan(0);
});
