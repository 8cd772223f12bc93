import type { Scale } from '../frame/bench.js';
import type { Measurement } from '../frame/measurement.js';
import type { Conditions } from './conditions.js';

/** The figures of one run of a bench. */
export interface Taken {
  readonly conditions: Conditions;
  readonly scale: Scale;
  /** Processors that were busy with anything else meanwhile, on average; null where nobody counted. */
  readonly otherWork: number | null;
  readonly rows: readonly Measurement[];
}

/** A run that came to no figures. */
export interface Failed {
  readonly conditions: Conditions;
  readonly why: string;
}

/** What is known of one bench: a run that fails takes nothing away from the figures of the one before. */
export interface Part {
  readonly taken?: Taken;
  /** The latest run, if it failed. */
  readonly failed?: Failed;
}

/** Of the processors of the machine: with more than this at other work, a figure may be as much that work's. */
export const OTHER_WORK_MAX = 0.2;

export function isNoisy({ otherWork }: Taken): boolean {
  return otherWork === null || otherWork > OTHER_WORK_MAX;
}
