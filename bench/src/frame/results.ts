import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

import type { BenchOptions } from './bench.js';
import { type FaultLine, FAULTS_FILE } from './faults.js';
import type { Measurement } from './measurement.js';
import { report } from './report.js';

const BENCH = new URL('../../', import.meta.url);
const PARTS = new URL('results/', BENCH);

/** What figures depend on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  /** Average of the last quarter of an hour: other processes make even processor time dearer. */
  readonly load: number;
}

/** The figures of one bench, as they were measured last. */
export interface Part {
  readonly measuredAt: string;
  readonly machine: Machine;
  readonly options: BenchOptions;
  readonly rows: readonly Measurement[];
}

/** Replaces what this bench has measured before. */
export async function writePart(
  name: string,
  options: BenchOptions,
  rows: readonly Measurement[],
): Promise<void> {
  const part: Part = { measuredAt: new Date().toISOString(), machine: machine(), options, rows };
  await mkdir(PARTS, { recursive: true });
  await writeFile(new URL(`${name}.json`, PARTS), json(part));
}

/**
 * Writes `results.json` and `results.md` from what every bench, and the fault suite, measured last.
 *
 * @param order of the benches
 */
export async function writeResults(order: readonly string[]): Promise<void> {
  const measured = new Set(await readdir(PARTS));
  const parts: [string, Part][] = [];
  for (const name of order) {
    if (measured.has(`${name}.json`)) parts.push([name, await readPart<Part>(`${name}.json`)]);
  }
  const faults = measured.has(FAULTS_FILE) ? await readPart<readonly FaultLine[]>(FAULTS_FILE) : undefined;
  await writeFile(new URL('results.json', BENCH), json(parts.flatMap(([, { rows }]) => rows)));
  await writeFile(new URL('results.md', BENCH), report(parts, faults));
}

async function readPart<T>(file: string): Promise<T> {
  return JSON.parse(await readFile(new URL(file, PARTS), 'utf8')) as T;
}

function machine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: totalmem() / 1e9,
    system: `${process.platform} ${release()}`,
    node: process.version,
    load: loadavg()[2] ?? Number.NaN,
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, rounded, 2)}\n`;
}

/** More digits would feign a precision that no measurement has. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toFixed(2)) : value;
}
