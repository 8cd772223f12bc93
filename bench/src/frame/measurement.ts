/** One figure, beside what it could be at best and what it should be. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The same quantity for the unavoidable part of the work alone, measured in the same run. */
  readonly ceiling?: number;
  /** Of a time or a cost, which cannot be less than that: the ratio is then 1 at best, and mostly more. */
  readonly isFloor?: boolean;
  /** Value by ceiling. */
  readonly ratio?: number;
  /** Half the distance between the first and the third quarter of the rounds, as a part of their median. */
  readonly spread?: number;
  /** As in `>= 400`, or `>= 85 % of the ceiling`. */
  readonly target?: string;
  /** Whether the target is met; true where there is none. */
  readonly ok: boolean;
}

interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly ceiling?: number;
  /** Instead of a ceiling, see {@link Measurement.isFloor}. */
  readonly floor?: number;
  readonly spread?: number;
  readonly target?: Target;
}

/** Of the value, or of its ratio to the ceiling. */
export type Target =
  { readonly atLeast: number } | { readonly atMost: number } | { readonly ratioAtLeast: number };

export function measured({ target, floor, ...figure }: Figure): Measurement {
  const { value, ceiling = floor } = figure;
  const ratio = ceiling === undefined ? undefined : value / ceiling;
  return {
    ...figure,
    ...(ceiling === undefined ? {} : { ceiling }),
    ...(floor === undefined ? {} : { isFloor: true }),
    ...(ratio === undefined ? {} : { ratio }),
    ...(target === undefined ? {} : { target: textOf(target) }),
    ok: target === undefined || isMet(target, value, ratio ?? Number.NaN),
  };
}

function isMet(target: Target, value: number, ratio: number): boolean {
  if ('atLeast' in target) return value >= target.atLeast;
  return 'atMost' in target ? value <= target.atMost : ratio >= target.ratioAtLeast;
}

function textOf(target: Target): string {
  if ('atLeast' in target) return `>= ${String(target.atLeast)}`;
  if ('atMost' in target) return `<= ${String(target.atMost)}`;
  return `>= ${String(Math.round(100 * target.ratioAtLeast))} % of the ceiling`;
}

/** The middle of rounds that were made of the same thing, and how far they lie apart. */
export function middleOf(rounds: readonly number[]): { readonly value: number; readonly spread: number } {
  const value = quantile(rounds, 0.5);
  return { value, spread: (quantile(rounds, 0.75) - quantile(rounds, 0.25)) / 2 / value };
}

/** The smallest value that so large a part of all does not exceed. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}
