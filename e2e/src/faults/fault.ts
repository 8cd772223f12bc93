/** How large a fault is made: `short` is for every run of the tests, `full` for the table of results. */
export type FaultScale = 'short' | 'full';

/** What a fault came to: one line of the table. */
export interface FaultReport {
  readonly records: number;
  /** Records without a final outcome, or with one that this fault cannot explain. */
  readonly lost: number;
  /** Records with more than one outcome, or rows that stand twice in the results. */
  readonly doubled: number;
  /** Calls to IDA beyond the first about a record, as IDA counted them. */
  readonly askedTwice: number;
  /** What was sent and not yet stored at the faults: more must not be asked twice. */
  readonly askedTwiceMax: number;
  /** From the end of the fault to the next outcome; undefined where work never stopped. */
  readonly resumedAfterSeconds: number | undefined;
  /** Every other thing that must hold and did not, as sentences; empty when all is well. */
  readonly broken: readonly string[];
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
  readonly run: (scale: FaultScale) => Promise<FaultReport | Skipped>;
}
