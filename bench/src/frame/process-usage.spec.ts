import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it, onTestFinished } from 'vitest';

import { endedChildrenCpuMs, processUsage } from './process-usage.js';

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

it.runIf(process.platform === 'linux')(
  'what children have used counts once they have ended, and so does what their own children have used',
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'bench-usage-'));
    onTestFinished(async () => rm(directory, { recursive: true }));
    const [child, grandchild] = [join(directory, 'child.mjs'), join(directory, 'grandchild.mjs')];
    await writeFile(grandchild, 'while (process.cpuUsage().user < 300_000);');
    await writeFile(child, `import { fork } from 'node:child_process'; fork('${grandchild}');`);
    const before = await endedChildrenCpuMs(process.pid);
    await once(fork(child), 'exit');
    expect((await endedChildrenCpuMs(process.pid)) - before).toBeGreaterThanOrEqual(300);
  },
);
