import type { IdaError } from './codes.js';

/** What whoever runs the simulator wants of it, against what it knows. */
export interface Steering {
  /** VIDs that were revoked, but are still there. */
  readonly revokedVids: ReadonlySet<string>;
  /** VIDs that were revoked and have been removed. */
  readonly removedVids: ReadonlySet<string>;
  /** What a call is answered with, whatever IDA thinks of it. */
  readonly forcedErrors: (individualId: unknown) => readonly IdaError[];
}

export const NO_STEERING: Steering = {
  revokedVids: new Set(),
  removedVids: new Set(),
  forcedErrors: () => [],
};
