import { type Conditions, type FaultLine, reasonOf } from '@mts/bench/results';

import { problemsOf } from './audit.js';
import type { Fault, FaultReport, FaultScale, Skipped } from './fault.js';

/** One run of a fault. */
export interface FaultRun {
  readonly fault: Fault;
  readonly scale: FaultScale;
  readonly conditions: Conditions;
  readonly tookSeconds: number;
}

/** The line of the table for what a run came to. */
export function lineOf({ fault, scale, ...run }: FaultRun, report: FaultReport | Skipped): FaultLine {
  const about = { name: fault.name, title: fault.title[scale], ...run };
  if ('skipped' in report) return { ...about, outcome: 'skipped', remarks: [report.skipped] };
  const problems = problemsOf(report);
  const outcome = problems.length === 0 ? 'passed' : 'failed';
  return { ...about, outcome, remarks: [...problems, ...report.remarks], counts: report.counts };
}

/** The line of a run that broke off: nothing that it was to show is shown. */
export function lineOfFailure({ fault, scale, ...run }: FaultRun, error: unknown): FaultLine {
  // What stands around the cause are the last lines of each process.
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const remarks = [`the run broke off: ${reasonOf(cause)}`];
  return { name: fault.name, title: fault.title[scale], ...run, outcome: 'failed', remarks };
}

/** The line of a fault of which nothing is known. */
export function lineOfNone({ name, title }: Fault): FaultLine {
  return { name, title: title.full, outcome: 'not run', remarks: [] };
}
