import { cpus } from 'node:os';

/** @returns what tells which part of the machine's processor time was used since this call */
export function busyProcessors(): () => number {
  const before = times();
  return () => {
    const { busy, all } = times();
    return (busy - before.busy) / (all - before.all);
  };
}

function times(): { readonly busy: number; readonly all: number } {
  let [busy, all] = [0, 0];
  for (const { times: spent } of cpus()) {
    const used = spent.user + spent.nice + spent.sys + spent.irq;
    busy += used;
    all += used + spent.idle;
  }
  return { busy, all };
}
