import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

import type { BenchOptions } from './bench.js';
import type { Measurement } from './measurement.js';

const RESULTS = new URL('../../results/', import.meta.url);

/** Replaces what was measured before. @returns the path of the file */
export async function writeResults(
  name: string,
  options: BenchOptions,
  rows: readonly Measurement[],
): Promise<string> {
  const path = fileURLToPath(new URL(`${name}.json`, RESULTS));
  const content = { measuredAt: new Date().toISOString(), machine: machine(), options, rows };
  await writeFile(path, `${JSON.stringify(content, rounded, 2)}\n`);
  return path;
}

/** What figures depend on. */
function machine(): object {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: totalmem() / 1e9,
    system: `${process.platform} ${release()}`,
    node: process.version,
    // Average of the last quarter of an hour: other processes make even processor time dearer.
    load: loadavg()[2],
  };
}

/** More digits would feign a precision that no measurement has. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toFixed(2)) : value;
}
