import { describe, expect, it } from 'vitest';

import { Budgets } from './budgets.js';

describe('a budget', () => {
  it('allows as much at once as in a minute, then says how long to wait', () => {
    const budgets = new Budgets(3, () => 0);
    expect([1, 2, 3].map(() => budgets.take('a'))).toEqual([0, 0, 0]);
    expect(budgets.take('a')).toBe(20);
    expect(budgets.waitSeconds('a')).toBe(20);
  });

  it('fills evenly, and never beyond a minute', () => {
    let nowMs = 0;
    const budgets = new Budgets(60, () => nowMs);
    while (budgets.take('a') === 0);
    nowMs = 999;
    expect(budgets.take('a')).toBe(1);
    nowMs = 1_000;
    expect([budgets.take('a'), budgets.take('a')]).toEqual([0, 1]);
    nowMs = 86_400_000;
    let taken = 0;
    while (budgets.take('a') === 0) taken += 1;
    expect(taken).toBe(60);
  });

  it('is not emptied further by those who come in vain', () => {
    let nowMs = 0;
    const budgets = new Budgets(1, () => nowMs);
    expect([budgets.take('a'), budgets.take('a'), budgets.take('a')]).toEqual([0, 60, 60]);
    nowMs = 60_000;
    expect(budgets.take('a')).toBe(0);
  });

  it('is one of each key, and the key that was quiet for longest is forgotten first', () => {
    const budgets = new Budgets(1, () => 0, 2);
    expect(['a', 'b', 'a'].map((key) => budgets.take(key))).toEqual([0, 0, 60]);
    budgets.take('c');
    expect([budgets.waitSeconds('a'), budgets.waitSeconds('b'), budgets.waitSeconds('c')]).toEqual([
      0, 60, 60,
    ]);
  });
});
