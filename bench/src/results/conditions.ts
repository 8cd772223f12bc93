import { execFile } from 'node:child_process';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { amount } from './tables.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** What runs themselves write: it makes nothing that is measured another program. */
const WRITTEN = [':!bench/results*', ':!README.md'];

/** When, how and on what something was run. */
export interface Conditions {
  /** ISO 8601, in UTC. */
  readonly startedAt: string;
  /** As it is to be typed again. */
  readonly command: string;
  /** Abbreviated; a `+` says that the work tree differed from it; `unknown` where git does not tell. */
  readonly commit: string;
  /** Processors, memory, system and Node.js. */
  readonly machine: string;
  readonly cpus: number;
  /** Average of the minute before the start: of several runs, that of the second one tells of the first. */
  readonly load: number;
}

/** Of a run that begins now. */
export async function conditionsNow(command: string): Promise<Conditions> {
  return {
    startedAt: new Date().toISOString(),
    command,
    commit: await commit(),
    machine: machine(),
    cpus: availableParallelism(),
    load: loadavg()[0] ?? Number.NaN,
  };
}

/** For a page or a terminal, in one line. */
export function conditionsText(conditions: Conditions): string {
  const { command, machine: on, commit: of, load } = conditions;
  return `\`${command}\`, ${timeText(conditions)}, commit ${of}, ${on}, load ${amount(load)} before`;
}

/** To the minute. */
export function timeText({ startedAt }: Pick<Conditions, 'startedAt'>): string {
  return `${startedAt.slice(0, 16).replace('T', ' ')} UTC`;
}

function machine(): string {
  const cpu = cpus()[0]?.model.trim() ?? 'unknown';
  const memory = `${amount(totalmem() / 1e9)} GB`;
  const system = `${process.platform} ${release()}`;
  return `${availableParallelism()} × ${cpu}, ${memory}, ${system}, Node.js ${process.versions.node}`;
}

async function commit(): Promise<string> {
  try {
    const changed = await git('status', '--porcelain', '--', '.', ...WRITTEN);
    return `${await git('rev-parse', '--short', 'HEAD')}${changed === '' ? '' : '+'}`;
  } catch {
    // A copy without its history, or a machine without git: the figures are as good.
    return 'unknown';
  }
}

async function git(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('git', ['--no-optional-locks', ...args], { cwd: ROOT });
  return stdout.trim();
}
