import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { CsvSplitter } from './splitter.js';

/** Numbers that look random and are the same in each run (a linear congruential generator, Numerical Recipes). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const FRAGMENTS = ['', 'a', ' ', '"', '""', ',', ';', '\n', '\r\n', '\r', 'é', '😀', '|', "'", '\uFEFF'];
const LINE_ENDS = ['\n', '\r\n', '\r'];

function randomFile(next: (below: number) => number): string {
  const pick = (from: readonly string[]): string => from[next(from.length)] ?? '';
  const cell = (): string => {
    const value = Array.from({ length: next(5) }, () => pick(FRAGMENTS)).join('');
    return /[",\r\n]/.test(value) || next(3) === 0 ? `"${value.replaceAll('"', '""')}"` : value;
  };
  const record = (): string => `${Array.from({ length: 1 + next(4) }, cell).join(',')}${pick(LINE_ENDS)}`;
  return Array.from({ length: next(8) }, record).join('') + cell();
}

function split(text: string, pieceLength: number): readonly (readonly string[])[] {
  const splitter = new CsvSplitter(',');
  const records: (readonly string[])[] = [];
  for (let from = 0; from < text.length; from += pieceLength) {
    records.push(...splitter.push(text.slice(from, from + pieceLength)).map(({ cells }) => cells));
  }
  return [...records, ...splitter.end().map(({ cells }) => cells)];
}

describe('CsvSplitter', () => {
  it('reads what csv-parse reads, wherever the text is cut', () => {
    const next = numbers(4180);
    for (let round = 0; round < 1_000; round += 1) {
      const file = randomFile(next);
      const expected = parse(file, { record_delimiter: ['\r\n', '\n', '\r'], relax_column_count: true });
      for (const pieceLength of [1, 2, 3, 1_000]) {
        expect({ file, records: split(file, pieceLength) }).toEqual({ file, records: expected });
      }
    }
  });
});
