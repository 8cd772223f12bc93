import { beforeEach, expect, it } from 'vitest';

import type { Call } from './call.js';
import { Circuit } from './circuit.js';

let circuit: Circuit;
beforeEach(() => {
  circuit = new Circuit();
});

const call = (sentAtMs: number, requestId = 'a', line = sentAtMs): Call => ({ requestId, line, sentAtMs });

it('is in doubt after three failures, whoever they were about, until the next answer', () => {
  for (const failed of [call(1), call(2, 'b')]) circuit.failed(failed);
  expect(circuit.isInDoubt).toBe(false);
  circuit.failed(call(3));
  expect([circuit.isInDoubt, circuit.requests]).toEqual([true, new Set(['a', 'b'])]);
  // It was sent before them: an answer all the same.
  circuit.answered(call(0));
  expect([circuit.isInDoubt, circuit.requests.size]).toEqual([false, 0]);
});

it('does not count a call that was sent before another one that was answered', () => {
  circuit.answered(call(5));
  expect([circuit.failed(call(4, 'b')), circuit.failed(call(6))]).toEqual([false, true]);
  expect(circuit.requests).toEqual(new Set(['a']));
  circuit.answeredElsewhere(7);
  expect([circuit.requests.size, circuit.failed(call(6)), circuit.failed(call(8))]).toEqual([0, false, true]);
  // What others have heard is not told them again.
  expect(circuit.answeredSentAtMs).toBe(5);
});

it('knows whether a person is the only one who failed', () => {
  circuit.failed(call(1, 'a', 7));
  circuit.failed(call(2, 'a', 7));
  expect(circuit.isOnlyOne(call(3, 'a', 7))).toBe(true);
  circuit.failed(call(3, 'a', 8));
  expect(circuit.isOnlyOne(call(4, 'a', 7))).toBe(false);
});

it('is settled when the check has ended and no call is under way any more', async () => {
  const { promise: check, resolve: endCheck } = Promise.withResolvers<void>();
  const [pending, gone] = [call(4), call(5)];
  for (const one of [pending, gone]) circuit.begin(one);
  for (const failed of [call(1), call(2), call(3)]) circuit.failed(failed);
  const order: string[] = [];
  const settled = circuit.settled(check).then(() => order.push('settled'));
  circuit.ended(gone);
  endCheck();
  await check;
  order.push('checked');
  circuit.failed(pending);
  await settled;
  expect(order).toEqual(['checked', 'settled']);
});

it('is settled by an answer, however long the check takes, and by a check that fails', async () => {
  for (const failed of [call(1), call(2), call(3)]) circuit.failed(failed);
  const settled = circuit.settled(new Promise(() => undefined));
  circuit.answered(call(4));
  await settled;
  for (const failed of [call(5), call(6), call(7)]) circuit.failed(failed);
  await circuit.settled(Promise.reject(new Error('no database')));
  expect(circuit.isInDoubt).toBe(true);
});
