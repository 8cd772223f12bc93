export interface CounterReport {
  /** Calls of IDA endpoints, whatever became of them. */
  readonly calls: number;
  readonly inFlight: number;
  readonly maxInFlight: number;
  /** Different ids that were looked up: from there on a call touches a person. */
  readonly individuals: number;
  /** Of those, the ones looked up more than once. */
  readonly repeatedIndividuals: number;
  /** Look-ups beyond the first of each. */
  readonly extraCalls: number;
}

/** Counts what callers did, so that a test can tell whether a person was asked twice. */
export class Counters {
  #calls = 0;
  #inFlight = 0;
  #maxInFlight = 0;
  #lookUps = new Map<string, number>();
  #repeatedIndividuals = 0;
  #extraCalls = 0;

  callStarted(): void {
    this.#calls += 1;
    this.#inFlight += 1;
    this.#maxInFlight = Math.max(this.#maxInFlight, this.#inFlight);
  }

  callEnded(): void {
    this.#inFlight -= 1;
  }

  lookedUp(individualId: string): void {
    const before = this.#lookUps.get(individualId) ?? 0;
    this.#lookUps.set(individualId, before + 1);
    if (before === 1) this.#repeatedIndividuals += 1;
    if (before > 0) this.#extraCalls += 1;
  }

  callsFor(individualId: string): number {
    return this.#lookUps.get(individualId) ?? 0;
  }

  report(): CounterReport {
    return {
      calls: this.#calls,
      inFlight: this.#inFlight,
      maxInFlight: this.#maxInFlight,
      individuals: this.#lookUps.size,
      repeatedIndividuals: this.#repeatedIndividuals,
      extraCalls: this.#extraCalls,
    };
  }

  /** Starts anew; calls in flight stay counted as such. */
  reset(): void {
    this.#calls = 0;
    this.#maxInFlight = this.#inFlight;
    this.#lookUps = new Map();
    this.#repeatedIndividuals = 0;
    this.#extraCalls = 0;
  }
}
