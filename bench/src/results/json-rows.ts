import type { Scale } from '../frame/bench.js';
import type { Measurement } from '../frame/measurement.js';
import type { Conditions } from './conditions.js';
import { isNoisy, type Part } from './part.js';

/** A line of results.json: a figure, and under what it was taken. */
export interface JsonRow extends Measurement, Pick<Conditions, 'startedAt' | 'commit' | 'cpus' | 'load'> {
  readonly bench: string;
  readonly scale: Scale;
  readonly otherWork: number | null;
  readonly noisy: boolean;
  /** Why the latest run came to no figures: these are of the one before. */
  readonly didNotRun?: string;
}

export function jsonRows(bench: string, { taken, failed }: Part): readonly JsonRow[] {
  if (taken === undefined) return [];
  const { conditions, scale, otherWork, rows } = taken;
  const { startedAt, commit, cpus, load } = conditions;
  const noisy = isNoisy(taken);
  const why = failed === undefined ? {} : { didNotRun: failed.why };
  return rows.map((row) => ({
    ...row,
    bench,
    scale,
    startedAt,
    commit,
    cpus,
    load,
    otherWork,
    noisy,
    ...why,
  }));
}
