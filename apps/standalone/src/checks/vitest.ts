import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { end, step } from './step.js';
import type { Tally } from './tally.js';
import { readReport, tallyOf } from './vitest-report.js';

export const UNIT_CONFIG = 'vitest.config.ts';
export const E2E_CONFIG = 'vitest.e2e.config.ts';

/** All tests of a configuration; what they print is shown only if one fails. */
export async function runSuite(title: string, config: string): Promise<Tally> {
  return withReport(async (report) =>
    step(title, vitest(config, report, 'dot'), async ({ code }) => tallyOf(await readReport(report), code)),
  );
}

/** Some files alone, with vitest's own account of them. */
export async function runFiles(config: string, files: readonly string[]): Promise<Tally> {
  return withReport(async (report) => {
    const [command, ...argv] = vitest(config, report, 'default');
    const child = spawn(command, [...argv, ...files], { stdio: 'inherit' });
    const code = await end(child);
    return tallyOf(await readReport(report), code);
  });
}

function vitest(config: string, report: string, reporter: string): [string, ...string[]] {
  const reporters = [`--reporter=${reporter}`, '--reporter=json', `--outputFile.json=${report}`];
  return ['vitest', 'run', `--config=${config}`, ...reporters];
}

async function withReport(use: (file: string) => Promise<Tally>): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), 'mts-vitest-'));
  try {
    return await use(join(folder, 'report.json'));
  } finally {
    await rm(folder, { recursive: true });
  }
}
