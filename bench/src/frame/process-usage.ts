import { readFile, writeFile } from 'node:fs/promises';

/** What a process has used so far. */
export interface ProcessUsage {
  /** Of all its threads, in user and kernel mode. */
  readonly cpuMs: number;
  readonly rssMb: number;
  readonly peakRssMb: number;
}

/** proc_pid_stat(5): times are in clock ticks, 100 a second on every Linux that Node.js runs on (`getconf CLK_TCK`). */
const MS_PER_TICK = 10;
/** Fields 14 to 17, counted from field 3, which follows the name in parentheses. */
const [UTIME, STIME, CUTIME, CSTIME] = [11, 12, 13, 14];

/** Of any process of this machine, which has to be a Linux. */
export async function processUsage(pid: number): Promise<ProcessUsage> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return {
    cpuMs: await timesMs(pid, UTIME, STIME),
    rssMb: megabytes(status, 'VmRSS'),
    peakRssMb: megabytes(status, 'VmHWM'),
  };
}

/** Of the children that have ended and been waited for. */
export async function endedChildrenCpuMs(pid: number): Promise<number> {
  return timesMs(pid, CUTIME, CSTIME);
}

async function timesMs(pid: number, ...fields: readonly number[]): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const values = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.reduce((ticks, field) => ticks + Number(values[field]), 0) * MS_PER_TICK;
}

/** proc_pid_status(5) calls 1,024 bytes a kB. */
function megabytes(status: string, name: string): number {
  const kibibytes = new RegExp(`^${name}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1];
  return (Number(kibibytes) * 1024) / 1e6;
}

/** Lets the peak of memory begin anew, at what is used now: proc_pid_clear_refs(5), value 5. */
export async function forgetPeak(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, '5');
}
