/** One figure, beside what it could be at best and what it should be. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The same quantity for the unavoidable part of the work alone, measured in the same run. */
  readonly ceiling?: number;
  /** Value by ceiling. */
  readonly ratio?: number;
  /** As in `>= 400`. */
  readonly target?: string;
  /** Whether the target is met; true where there is none. */
  readonly ok: boolean;
}

interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly ceiling?: number;
  readonly atLeast?: number;
  readonly atMost?: number;
}

export function measured({ atLeast, atMost, ...figure }: Figure): Measurement {
  const { value, ceiling } = figure;
  return {
    ...figure,
    ...(ceiling === undefined ? {} : { ratio: value / ceiling }),
    ...(atLeast === undefined ? {} : { target: `>= ${atLeast}` }),
    ...(atMost === undefined ? {} : { target: `<= ${atMost}` }),
    ok: value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity),
  };
}
