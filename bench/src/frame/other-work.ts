import { cpus } from 'node:os';

import { busyProcessors } from './busy-processors.js';
import { endedChildrenCpuMs } from './process-usage.js';

/**
 * Watches what the machine does beside this process and its children.
 *
 * @returns what tells how many processors were busy with it since this call, on average; to be called when all children
 *   that were started meanwhile have ended and been waited for
 */
export async function watchOtherWork(): Promise<() => Promise<number>> {
  const startedAtMs = performance.now();
  const busy = busyProcessors();
  const ownMs = await spentMs();
  return async () => {
    const allMs = busy() * cpus().length * (performance.now() - startedAtMs);
    const othersMs = allMs - ((await spentMs()) - ownMs);
    return Math.max(0, othersMs / (performance.now() - startedAtMs));
  };
}

async function spentMs(): Promise<number> {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000 + (await endedChildrenCpuMs(process.pid));
}
