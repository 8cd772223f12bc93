import { LookUps } from './look-ups.js';

export interface CounterReport {
  /** Calls of IDA endpoints, whatever became of them. */
  readonly calls: number;
  readonly inFlight: number;
  readonly maxInFlight: number;
  /** Those calls by endpoint: `auth`, `kyc`, `otp`. */
  readonly endpoints: Readonly<Record<string, number>>;
  /** In how many answers each code stood; an answer can have several. */
  readonly codes: Readonly<Record<string, number>>;
  /** Different ids that were looked up: from there on a call touches a person. */
  readonly individuals: number;
  /** Of those, the ones looked up more than once. */
  readonly repeatedIndividuals: number;
  /** Look-ups beyond the first of each. */
  readonly extraCalls: number;
  /** Look-ups whose caller was gone before the answer, or never got one: it cannot know that the person was looked up. */
  readonly unanswered: number;
}

/** Counts what callers did, so that a test can tell whether a person was asked twice. */
export class Counters {
  #calls = 0;
  #inFlight = 0;
  #maxInFlight = 0;
  #endpoints = new Map<string, number>();
  #codes = new Map<string, number>();
  #lookUps = new LookUps();
  #repeatedIndividuals = 0;
  #extraCalls = 0;
  #unanswered = 0;

  callStarted(endpoint: string): void {
    this.#calls += 1;
    count(this.#endpoints, endpoint);
    this.#inFlight += 1;
    this.#maxInFlight = Math.max(this.#maxInFlight, this.#inFlight);
  }

  callEnded(): void {
    this.#inFlight -= 1;
  }

  answered(codes: readonly string[]): void {
    for (const code of new Set(codes)) count(this.#codes, code);
  }

  lookedUp(individualId: string): void {
    const before = this.#lookUps.add(individualId);
    if (before === 1) this.#repeatedIndividuals += 1;
    if (before > 0) this.#extraCalls += 1;
  }

  leftUnanswered(): void {
    this.#unanswered += 1;
  }

  callsFor(individualId: string): number {
    return this.#lookUps.of(individualId);
  }

  report(): CounterReport {
    return {
      calls: this.#calls,
      inFlight: this.#inFlight,
      maxInFlight: this.#maxInFlight,
      endpoints: Object.fromEntries(this.#endpoints),
      codes: Object.fromEntries(this.#codes),
      individuals: this.#lookUps.size,
      repeatedIndividuals: this.#repeatedIndividuals,
      extraCalls: this.#extraCalls,
      unanswered: this.#unanswered,
    };
  }

  /** Starts anew; calls in flight stay counted as such. */
  reset(): void {
    this.#calls = 0;
    this.#maxInFlight = this.#inFlight;
    this.#endpoints = new Map();
    this.#codes = new Map();
    this.#lookUps = new LookUps();
    this.#repeatedIndividuals = 0;
    this.#extraCalls = 0;
    this.#unanswered = 0;
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
