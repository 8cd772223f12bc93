import { mkdir, readFile, writeFile } from 'node:fs/promises';

import { problemsOf } from './audit.js';
import type { Fault, FaultReport, Skipped } from './fault.js';

/** One fault of the table: what `bench/results/faults.json` holds. */
export interface FaultLine extends Omit<FaultReport, 'resumedAfterSeconds'> {
  readonly name: string;
  readonly title: string;
  /** Null where work never stopped. */
  readonly resumedAfterSeconds: number | null;
  readonly skipped?: string;
}

const RESULTS = new URL('../../../bench/results/', import.meta.url);
const FILE = new URL('faults.json', RESULTS);
const NOTHING = {
  records: 0,
  lost: 0,
  doubled: 0,
  askedTwice: 0,
  askedTwiceMax: 0,
  resumedAfterSeconds: null,
  broken: [],
};

export function lineOf({ name, title }: Fault, report: FaultReport | Skipped): FaultLine {
  if ('skipped' in report) return { name, title: title.full, ...NOTHING, skipped: report.skipped };
  const seconds = report.resumedAfterSeconds;
  const resumedAfterSeconds = seconds === undefined ? null : Math.round(seconds * 10) / 10;
  return { name, title: title.full, ...report, resumedAfterSeconds };
}

/** A fault whose run itself has failed: nothing that it was to show is shown. */
export function lineOfFailure({ name, title }: Fault, error: unknown): FaultLine {
  const reason = error instanceof Error ? error.message : String(error);
  return { name, title: title.full, ...NOTHING, broken: [`the run failed: ${reason}`] };
}

/** In one line. */
export function verdict(line: FaultLine): string {
  if (line.skipped !== undefined) return `skipped: ${line.skipped}`;
  const { records, lost, doubled, askedTwice, askedTwiceMax, resumedAfterSeconds, broken } = line;
  const resumed = resumedAfterSeconds === null ? '' : `, resumed after ${String(resumedAfterSeconds)} s`;
  const counts = `${String(records)} records, ${String(lost)} lost, ${String(doubled)} doubled, ${String(askedTwice)} asked twice (at most ${String(askedTwiceMax)})${resumed}`;
  return [`${hasPassed(line) ? 'ok' : 'FAILED'}: ${counts}`, ...broken].join('\n  ');
}

function problemsIn(line: FaultLine): readonly string[] {
  return problemsOf({ ...line, resumedAfterSeconds: line.resumedAfterSeconds ?? undefined });
}

export function hasPassed(line: FaultLine): boolean {
  return problemsIn(line).length === 0;
}

/** Replaces the lines of these faults; those that were not run now stay as they were. @param order of the lines */
export async function writeLines(lines: readonly FaultLine[], order: readonly Fault[]): Promise<void> {
  const known = new Map([...(await readLines()), ...lines].map((line) => [line.name, line]));
  const all = order.flatMap(({ name }) => known.get(name) ?? []);
  await mkdir(RESULTS, { recursive: true });
  await writeFile(FILE, `${JSON.stringify(all, undefined, 2)}\n`);
}

async function readLines(): Promise<readonly FaultLine[]> {
  try {
    return JSON.parse(await readFile(FILE, 'utf8')) as FaultLine[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
