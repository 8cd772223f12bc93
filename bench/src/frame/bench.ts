import type { Measurement } from './measurement.js';

/** `quick`: all of it within five minutes. `full`: lists of a million rows. */
export type Scale = 'quick' | 'usual' | 'full';

export interface BenchOptions {
  readonly scale: Scale;
  /** People that the IDA simulator knows. */
  readonly people: number;
  /** Requests that it is sent. */
  readonly requests: number;
}

/**
 * Measures one thing, in a process of its own. What it starts it hands to `atEnd`, what it writes goes into the folder,
 * which is removed afterwards; and it tells how far it is by `progress`.
 */
export type Bench = (options: BenchOptions, directory: string) => Promise<readonly Measurement[]>;
