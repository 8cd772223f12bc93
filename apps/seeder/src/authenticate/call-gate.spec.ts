import { expect, it } from 'vitest';

import { CallGate } from './call-gate.js';
import type { Urgency } from './turns.js';

it('gives a place that comes free to whoever is awaited, then in the order of coming', async () => {
  const gate = new CallGate(1);
  const leave = await gate.enter('listed');
  const served: string[] = [];
  const entering = (['first', 'second', 'third'] as const).map(async (name) => {
    const urgency: Urgency = name === 'third' ? 'awaited' : 'listed';
    const leaveAgain = await gate.enter(urgency);
    served.push(name);
    leaveAgain();
  });
  leave();
  leave();
  await Promise.all(entering);
  expect([served, gate.inFlight]).toEqual([['third', 'first', 'second'], 0]);
});
