import { spawnSync } from 'node:child_process';

import { readIfThere } from './files.js';

export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** With spaces between the words; empty if there is no such process, or only its zombie. */
export async function commandLine(pid: number): Promise<string> {
  if (process.platform !== 'linux') {
    return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout;
  }
  const words = await readIfThere(`/proc/${pid}/cmdline`);
  return words?.replaceAll('\0', ' ') ?? '';
}
