import { readFile } from 'node:fs/promises';

/** What a process has used so far. */
export interface ProcessUsage {
  /** Of all its threads, in user and kernel mode. */
  readonly cpuMs: number;
  readonly rssMb: number;
  readonly peakRssMb: number;
}

/** proc_pid_stat(5): times are in clock ticks, 100 a second on every Linux that Node.js runs on (`getconf CLK_TCK`). */
const MS_PER_TICK = 10;
/** Fields 14 and 15, counted from field 3, which follows the name in parentheses. */
const [UTIME, STIME] = [11, 12];

/** Of any process of this machine, which has to be a Linux. */
export async function processUsage(pid: number): Promise<ProcessUsage> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    cpuMs: (Number(fields[UTIME]) + Number(fields[STIME])) * MS_PER_TICK,
    rssMb: megabytes(status, 'VmRSS'),
    peakRssMb: megabytes(status, 'VmHWM'),
  };
}

/** proc_pid_status(5) calls 1,024 bytes a kB. */
function megabytes(status: string, name: string): number {
  const kibibytes = new RegExp(`^${name}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1];
  return (Number(kibibytes) * 1024) / 1e6;
}
