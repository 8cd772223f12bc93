import { type Conditions, timeText } from './conditions.js';
import { amount, type Column, named, NONE } from './tables.js';

/** What was counted when a fault was over. */
export interface FaultCounts {
  readonly records: number;
  readonly lost: number;
  readonly doubled: number;
  readonly askedTwice: number;
  readonly askedTwiceMax: number;
  /** Null where work never stopped. */
  readonly resumedAfterSeconds: number | null;
  /** Null where no time is promised. */
  readonly resumedSecondsMax: number | null;
}

/** One fault of the suite, and what it came to the last time. */
export interface FaultLine {
  /** As it is typed. */
  readonly name: string;
  readonly title: string;
  readonly outcome: 'passed' | 'failed' | 'skipped' | 'not run';
  /** Why it failed or could not be made, and whatever else was seen, as sentences. */
  readonly remarks: readonly string[];
  /** Absent where the run did not come to its end. */
  readonly counts?: FaultCounts;
  readonly conditions?: Conditions;
  readonly tookSeconds?: number;
}

function counted(text: (counts: FaultCounts) => string): (line: FaultLine) => string {
  return ({ counts }) => (counts === undefined ? NONE : text(counts));
}

/** Of the table on the terminal. */
export const FAULT_COLUMNS: readonly Column<FaultLine>[] = [
  { head: 'fault', cell: ({ name }) => name },
  { head: 'records', cell: counted(({ records }) => amount(records)), isNumber: true },
  { head: 'lost', cell: counted(({ lost }) => amount(lost)), isNumber: true },
  { head: 'doubled', cell: counted(({ doubled }) => amount(doubled)), isNumber: true },
  { head: 'asked twice', cell: counted(({ askedTwice }) => amount(askedTwice)), isNumber: true },
  { head: 'allowed', cell: counted(({ askedTwiceMax }) => amount(askedTwiceMax)), isNumber: true },
  { head: 'resumed after', cell: counted(resumedText), isNumber: true },
  { head: 'limit', cell: counted(({ resumedSecondsMax }) => seconds(resumedSecondsMax)), isNumber: true },
  { head: 'result', cell: ({ outcome, remarks }) => [shown(outcome), ...remarks].join('; ') },
  { head: 'what was done', cell: ({ title }) => title },
];

/** Of the page, whose lines may be of different days. */
export const FAULT_PAGE_COLUMNS: readonly Column<FaultLine>[] = [
  ...FAULT_COLUMNS.map((column): Column<FaultLine> =>
    column.head === 'fault' ? { head: 'fault', cell: ({ name }) => `\`${name}\`` } : column,
  ),
  { head: 'run', cell: ({ conditions }) => (conditions ? timeText(conditions) : NONE) },
  { head: 'took', cell: ({ tookSeconds = null }) => seconds(tookSeconds), isNumber: true },
  { head: 'commit', cell: ({ conditions }) => conditions?.commit ?? NONE },
  { head: 'load before', cell: ({ conditions }) => amount(conditions?.load), isNumber: true },
];

function resumedText({ resumedAfterSeconds }: FaultCounts): string {
  return resumedAfterSeconds === null ? 'never stopped' : seconds(resumedAfterSeconds);
}

function seconds(value: number | null): string {
  return value === null ? NONE : `${amount(value)} s`;
}

function shown(outcome: FaultLine['outcome']): string {
  return outcome === 'failed' ? 'FAILED' : outcome;
}

/** How many faults were survived, in one line. */
export function faultsText(lines: readonly FaultLine[]): string {
  const namesOf = (outcome: FaultLine['outcome']): string[] =>
    lines.flatMap((line) => (line.outcome === outcome ? [line.name] : []));
  const others = (['failed', 'skipped', 'not run'] as const).map((outcome) => {
    const names = namesOf(outcome);
    return `${names.length} ${outcome}${names.length === 0 ? '' : ` (${named(names)})`}`;
  });
  return [`${namesOf('passed').length} of ${lines.length} faults passed`, ...others].join(', ');
}
