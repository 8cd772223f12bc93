/** Written by the fault suite (`npm run test:faults`) beside the figures of the benches. */
export const FAULTS_FILE = 'faults.json';

/** One fault of the suite, and what it came to. */
export interface FaultLine {
  readonly name: string;
  readonly title: string;
  readonly records: number;
  readonly lost: number;
  readonly doubled: number;
  readonly askedTwice: number;
  readonly askedTwiceMax: number;
  /** Null where work never stopped. */
  readonly resumedAfterSeconds: number | null;
  /** Every other thing that had to hold and did not, as sentences. */
  readonly broken: readonly string[];
  /** Why this machine could not make the fault. */
  readonly skipped?: string;
}
