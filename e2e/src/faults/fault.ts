import type { FaultCounts } from '@mts/bench/results';

/** How large a fault is made: `short` is for every run of the tests, `full` for the table of results. */
export type FaultScale = 'short' | 'full';

/** What a fault came to: one line of the table. */
export interface FaultReport {
  readonly counts: FaultCounts;
  /** Every other thing that must hold and did not, as sentences; empty when all is well. */
  readonly broken: readonly string[];
  /** What else was measured or left out, as sentences for the table. */
  readonly remarks: readonly string[];
}

/** This machine cannot make the fault: why. */
export interface Skipped {
  readonly skipped: string;
}

/** One thing that goes wrong, with what must hold in spite of it. */
export interface Fault {
  /** As on the command line: `seeder-killed`. */
  readonly name: string;
  /** What is done, as the table tells it. */
  readonly title: Readonly<Record<FaultScale, string>>;
  /** About how long the full form takes on two idle processors. */
  readonly fullMinutes: number;
  readonly run: (scale: FaultScale) => Promise<FaultReport | Skipped>;
}
