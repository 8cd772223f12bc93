import { existsSync } from 'node:fs';

import { expect, it } from 'vitest';

import { Simulator } from './simulator.js';

it('keys and people are gone when it has stopped, and so is the process', async () => {
  const simulator = await Simulator.start('1.2.0.1');
  const key = simulator.file('partner.p12');
  expect(existsSync(key)).toBe(true);
  await simulator.stop();
  expect(existsSync(key)).toBe(false);
  await expect(simulator.setFaults({})).rejects.toThrow('fetch failed');
});

it('a fault that it does not know is not taken for set', async () => {
  const simulator = await Simulator.start('1.2.0.1');
  await expect(simulator.setFaults({ fixedOpt: '314159' })).rejects.toThrow('faults with HTTP 400');
  await simulator.stop();
});
