import { describe, expect, it } from 'vitest';
import { recordsOf } from './reader.js';

describe('recordsOf', () => {
  it('numbers the records from 1 and hands each on as it is', () => {
    expect([...recordsOf([{ vid: '1' }, { id: 7 }])]).toEqual([
      { line: 1, record: { vid: '1' } },
      { line: 2, record: { id: 7 } },
    ]);
  });

  it('keeps the place of an element that is no object', () => {
    expect([...recordsOf(['x', { vid: '1' }, null, [1], 5])]).toEqual([
      { line: 1, record: {} },
      { line: 2, record: { vid: '1' } },
      { line: 3, record: {} },
      { line: 4, record: {} },
      { line: 5, record: {} },
    ]);
  });

  it('refuses a list without a single object by ATS-REQ-102 and 422', () => {
    expect(() => [...recordsOf(['x', 1])]).toThrow(
      expect.objectContaining({ code: 'ATS-REQ-102', status: 422 }) as Error,
    );
  });

  it('gives nothing for an empty list', () => {
    expect([...recordsOf([])]).toEqual([]);
  });
});
