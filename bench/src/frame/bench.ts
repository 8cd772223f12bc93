import type { Measurement } from './measurement.js';

/** `quick`: all of it within five minutes. `full`: lists of a million rows. */
export type Scale = 'quick' | 'usual' | 'full';

export interface BenchOptions {
  readonly scale: Scale;
  /** People that the system under measurement knows. */
  readonly people: number;
  /** Requests that are measured. */
  readonly requests: number;
}

/** Measures one thing. What it writes goes into the folder, which is removed afterwards. */
export type Bench = (options: BenchOptions, directory: string) => Promise<readonly Measurement[]>;
