import { readdir, readFile } from 'node:fs/promises';

import { endedChildrenCpuMs, type ProcessUsage, processUsage } from '../frame/process-usage.js';

/** Of a process and its children, those included that have ended. Memory that they share is counted in each. */
export async function familyUsage(pid: number): Promise<ProcessUsage> {
  const usages = [await processUsage(pid)];
  for (const child of await childrenOf(pid)) {
    // It may end between the list and this look; then its time is with the ended ones.
    const usage = await processUsage(child).catch(() => undefined);
    if (usage !== undefined) usages.push(usage);
  }
  const sum = (of: (usage: ProcessUsage) => number): number =>
    usages.map(of).reduce((total, value) => total + value, 0);
  return {
    cpuMs: sum(({ cpuMs }) => cpuMs) + (await endedChildrenCpuMs(pid)),
    rssMb: sum(({ rssMb }) => rssMb),
    peakRssMb: sum(({ peakRssMb }) => peakRssMb),
  };
}

/** proc_pid_task_children(5) */
async function childrenOf(pid: number): Promise<readonly number[]> {
  const children: number[] = [];
  for (const thread of await readdir(`/proc/${pid}/task`)) {
    const list = await readFile(`/proc/${pid}/task/${thread}/children`, 'utf8');
    children.push(...list.split(' ').filter(Boolean).map(Number));
  }
  return children;
}
