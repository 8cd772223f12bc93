import { expect, it } from 'vitest';

import { processUsage } from './process-usage.js';

/** Of the kernel's two counts, each in ticks of 10 ms. */
const ROUNDING_MS = 20;

function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

it.runIf(process.platform === 'linux')('the usage of a process is what it says itself', async () => {
  const before = ownCpuMs();
  const { cpuMs, rssMb, peakRssMb } = await processUsage(process.pid);
  expect(cpuMs).toBeGreaterThan(before - ROUNDING_MS);
  expect(cpuMs).toBeLessThan(ownCpuMs() + ROUNDING_MS);
  expect(Math.abs(rssMb / (process.memoryUsage.rss() / 1e6) - 1)).toBeLessThan(0.25);
  expect(peakRssMb).toBeGreaterThanOrEqual(rssMb);
});
