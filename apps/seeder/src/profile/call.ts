import type { Lease } from '@mts/store';

/** A call to IDA about one record. */
export interface Call {
  readonly requestId: string;
  readonly line: number;
  /** When it was sent, or made ready as long as it is not; in milliseconds of `performance.now()`. */
  sentAtMs: number;
}

/** What a call is made for: to get an answer, or also to find out whether a hold is over. */
export type CallPurpose = 'work' | 'profile probe' | 'request probe' | 'seeder probe';

/** A call about a record of a range. */
export interface RangeCall extends Call, Pick<Lease, 'n'> {
  readonly purpose: CallPurpose;
  /** A probe that found nobody to ask who was not asked before. */
  readonly isLastResort: boolean;
}

/** Whether the work on the request can go on after a fault. */
export type AfterFault = 'go on' | 'request held' | 'all held';
