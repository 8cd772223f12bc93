import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** A process, told apart from a later one that is given the same number. */
export interface ProcessId {
  readonly pid: number;
  readonly startedAt: string;
}

const LOOK_EVERY_MS = 50;

/** The process that has this number now; a zombie does not count. */
export async function identify(pid: number): Promise<ProcessId | undefined> {
  const startedAt = process.platform === 'linux' ? await startOnLinux(pid) : startByPs(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

export async function isRunning(id: ProcessId): Promise<boolean> {
  return (await identify(id.pid))?.startedAt === id.startedAt;
}

/** Waits until the process is gone; false if it is still there after that time. */
export async function isGoneWithin(id: ProcessId, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (await isRunning(id)) {
    if (Date.now() > deadline) return false;
    await delay(LOOK_EVERY_MS);
  }
  return true;
}

/** Fields 3 (state) and 22 (start, in ticks since the machine's) of proc_pid_stat(5); field 2 may hold blanks. */
async function startOnLinux(pid: number): Promise<string | undefined> {
  const stat = await readIfThere(`/proc/${pid}/stat`);
  const [state, ...fields] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  return state === 'Z' ? undefined : fields[18];
}

function startByPs(pid: number): string | undefined {
  const { stdout } = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' });
  const [state = '', ...start] = stdout.trim().split(/\s+/);
  return start.length === 0 || state.startsWith('Z') ? undefined : start.join(' ');
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}
