import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { parseCsv, type Row } from './gateway.js';
import { SAMPLE, System } from './system.js';

let system: System;
let expected: Row[];
let rows: Row[];
let id: string;

beforeAll(async () => {
  system = await System.start();
  expected = parseCsv(await readFile(join(SAMPLE, 'expected.csv'), 'utf8'));
  id = await system.gateway.submitCsvFile(join(SAMPLE, 'people.csv'));
  await system.gateway.finished(id);
  rows = await system.gateway.rows(id);
});
afterAll(async () => system.stop());

describe('the sample list of 1,000 people', () => {
  it('comes back row for row as the generator expects, in source order', async () => {
    const list = parseCsv(await readFile(join(SAMPLE, 'people.csv'), 'utf8'));
    expect(rows.map((row) => row['vid'])).toEqual(list.map((row) => row['vid']));
    expect(rows.map(outcome)).toEqual(expected.map(outcome));
  });

  it('holds matches, mismatches and malformed rows', () => {
    expect(new Set(rows.map((row) => row['status']))).toEqual(new Set(['processed', 'error', 'invalid']));
    expect(rows).toHaveLength(1000);
  });

  it('gives one Token ID to a person who stands in it under two VIDs, and says which rows these are', async () => {
    const twice = expected.filter((row) => row['sameAsLine'] !== '');
    expect(twice.length).toBeGreaterThanOrEqual(2);
    const { data } = await system.gateway.get<{
      response: { pairs: { line: number; sameAsLine: number }[] };
    }>(`/authtoken/sameperson/${id}`);
    expect(data.response.pairs).toEqual(
      twice.map((row) => ({ line: Number(row['line']), sameAsLine: Number(row['sameAsLine']) })),
    );
    for (const { line, sameAsLine } of data.response.pairs) {
      expect(rows[line - 1]?.['token']).toBe(rows[sameAsLine - 1]?.['token']);
      expect(rows[line - 1]?.['vid']).not.toBe(rows[sameAsLine - 1]?.['vid']);
    }
  });

  it('asks IDA about no person twice, and never about a malformed row', async () => {
    const counters = await system.ida.counters();
    expect(counters.extraCalls).toBe(0);
    const asked = new Set(rows.filter((row) => row['status'] !== 'invalid').map((row) => row['vid']));
    expect(counters.individuals - asked.size).toBeLessThanOrEqual(1); // the preflight's number
  });

  it('is answered alike as JSON, with the digits of every number', async () => {
    const list = parseCsv(await readFile(join(SAMPLE, 'people.csv'), 'utf8')).slice(0, 40);
    const again = await system.gateway.submitJson(list);
    await system.gateway.finished(again);
    const results = JSON.parse(await system.gateway.file(again)) as Record<string, string | null>[];
    expect(results.map((row) => row['token'] ?? '')).toEqual(rows.slice(0, 40).map((row) => row['token']));
  });
});

function outcome(row: Row): unknown[] {
  return [row['status'], row['token'], row['errorCode']];
}
