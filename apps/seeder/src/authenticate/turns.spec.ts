import { expect, it } from 'vitest';

import { type Claim, Turns, type Urgency } from './turns.js';

const claim = (requestId: string, urgency: Urgency = 'listed'): Claim => ({ urgency, requestId });

function taken(turns: Turns<string>, count: number): (string | undefined)[] {
  return Array.from({ length: count }, () => turns.next());
}

it('gives a small request every second turn beside a giant of which seven ranges wait', () => {
  const turns = new Turns<string>();
  for (let range = 1; range <= 7; range += 1) turns.add(claim('giant'), `giant ${String(range)}`);
  const order: (string | undefined)[] = [];
  turns.add(claim('small'), 'small');
  for (let turn = 0; turn < 6; turn += 1) {
    const next = turns.next();
    order.push(next);
    // Whoever had its turn comes again for its next record.
    if (next !== undefined) turns.add(claim(next === 'small' ? 'small' : 'giant'), next);
  }
  expect(order).toEqual(['giant 1', 'small', 'giant 2', 'small', 'giant 3', 'small']);
});

it('goes to whoever is awaited first, one request after the other', () => {
  const turns = new Turns<string>();
  turns.add(claim('list'), 'a');
  turns.add(claim('one', 'awaited'), 'b');
  turns.add(claim('one', 'awaited'), 'c');
  turns.add(claim('two', 'awaited'), 'd');
  expect(taken(turns, 5)).toEqual(['b', 'd', 'c', 'a', undefined]);
});

it('forgets whoever waits no longer, and says whether it still waited', () => {
  const turns = new Turns<string>();
  for (const one of ['a', 'b']) turns.add(claim('list'), one);
  expect([turns.remove(claim('list'), 'a'), turns.remove(claim('list'), 'a')]).toEqual([true, false]);
  expect([...taken(turns, 1), turns.isEmpty]).toEqual(['b', true]);
});

it('hands over all at once', () => {
  const turns = new Turns<string>();
  turns.add(claim('list'), 'a');
  turns.add(claim('one', 'awaited'), 'b');
  expect([turns.all(), turns.isEmpty]).toEqual([['b', 'a'], true]);
});
