import { readFile } from 'node:fs/promises';

import type { Tally } from './tally.js';

/** What we read of the report of vitest's reporter `json`. */
export interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** The report, or nothing if vitest ended before it could write one. */
export async function readReport(file: string): Promise<VitestReport | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as VitestReport;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Also counts what vitest reports in no test: a file that cannot be loaded, a failed set-up, a crash. */
export function tallyOf(report: VitestReport | undefined, code: number | null): Tally {
  const brokenFiles = (report?.testResults ?? []).filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const failed = (report?.numFailedTests ?? 0) + brokenFiles;
  const passed = report?.numPassedTests ?? 0;
  return { passed, failed: code === 0 || failed > 0 ? failed : 1 };
}
