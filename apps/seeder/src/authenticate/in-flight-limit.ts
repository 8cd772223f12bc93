import { median } from './median.js';

/** With so many it begins: no IDA breaks at that, and the maximum is a few answers away. */
const FIRST_PLACES = 8;
/** So many in one round are an overload; one alone is an accident, as it happens now and then on every network. */
const FAILED_IN_OVERLOAD = 2;
/** Without an answer between, so many are an outage, or as many as there were places when that is more. */
const FAILED_IN_OUTAGE_MIN = 8;
/** Up to this share of where it was overloaded the limit doubles again; from there on it feels its way. */
const DOUBLED_UP_TO = 0.8;
/** A large limit is raised by this share of itself, a small one by one place. */
const RAISED_BY = 1 / 32;
/**
 * Answers are slow above the first, and far too slow above the second of these: a multiple of the base latency and
 * some milliseconds, so that the event loop of a busy process of ours is not taken for a slow IDA.
 */
const SLOW = { factor: 1.25, offsetMs: 20 } as const;
const TOO_SLOW = { factor: 2, offsetMs: 40 } as const;
/** So many slow rounds in a row need an explanation, also when they are not too slow. */
const SLOW_ROUNDS_MAX = 16;
/** What a trial leaves of the places. */
const LEFT_IN_TRIAL = 3 / 4;

/** One call, as the limit follows it: it is told at most one of these, once. */
export interface FollowedCall {
  /** IDA answered, whatever it said. @param latencyMs from sending to the whole answer, without any work of ours */
  answered(latencyMs: number): void;
  /** It was overloaded, silent or out of reach. */
  failed(): void;
}

export interface InFlightLimitOptions {
  /** The most calls in flight, at least 1. */
  readonly placesMax: number;
  /** Told when the limit has fallen to a quarter of the maximum, and when it is back at half of it. */
  readonly onTurn?: (turn: 'fell' | 'recovered', places: number) => void;
}

/**
 * How many calls may be in flight, learnt from how calls end: additive increase, multiplicative decrease, with a slow
 * start, as in TCP (RFC 5681), and with latency as an early sign.
 *
 * Time is counted in **rounds**: as many answers to calls begun in the round as it has places, so that what is seen is
 * what this limit does. Each change begins a new round, and calls begun before a lowering lower nothing.
 *
 * - It begins low, and doubles each round until answers get slow.
 * - Two failed calls in a round are an **overload** and halve it. It then doubles up to a little below where that was, and
 *   is raised place by place from there.
 * - When all that was in flight has failed without an answer between, it is an **outage**: the limit is 1, and afterwards
 *   it doubles as at the beginning.
 * - A round whose median latency is near the **base**, the least of all rounds, raises the limit, if all places were
 *   taken; one with slow answers does not.
 * - When answers are far too slow, or slow for long, a round with a quarter less places is a **trial**: if it is we who
 *   make IDA slow, fewer calls make it quicker, and the limit stays there. If not, it is IDA's own latency that has
 *   risen: it is the base from now on, and the places are given back.
 */
export class InFlightLimit {
  readonly placesMax: number;
  private limit: number;
  private doubledUpTo = Infinity;
  private baseMs = Infinity;
  private round = 0;
  /** The first round after the last lowering. */
  private firstRound = 0;
  private latenciesMs: number[] = [];
  private failedInRound = 0;
  private wasFull = false;
  private slowRounds = 0;
  private trial: { readonly places: number; readonly latencyMs: number } | undefined;
  private failedInARow = 0;
  private placesBeforeRow = 0;
  private hasFallen = false;

  constructor(private readonly options: InFlightLimitOptions) {
    this.placesMax = options.placesMax;
    this.limit = Math.min(FIRST_PLACES, this.placesMax);
  }

  /** From 1 to the maximum. */
  get places(): number {
    return Math.floor(this.limit);
  }

  /** All places are taken, and another call could be made. Without that the limit is not raised: it would mean nothing. */
  noteFull(): void {
    this.wasFull = true;
  }

  /** A call begins. One of which nothing is told in the end changes nothing. */
  begin(): FollowedCall {
    const { round } = this;
    return {
      answered: (latencyMs) => {
        this.failedInARow = 0;
        if (round === this.round) this.noteAnswer(latencyMs);
      },
      failed: () => this.noteFailure(round),
    };
  }

  private noteAnswer(latencyMs: number): void {
    this.latenciesMs.push(latencyMs);
    if (this.latenciesMs.length >= this.places) this.endRound(median(this.latenciesMs));
  }

  private noteFailure(round: number): void {
    if (this.failedInARow === 0) this.placesBeforeRow = this.places;
    this.failedInARow += 1;
    if (this.failedInARow >= Math.max(this.placesBeforeRow, FAILED_IN_OUTAGE_MIN)) this.lower(1, Infinity);
    else if (round >= this.firstRound) {
      this.failedInRound += 1;
      if (this.failedInRound >= FAILED_IN_OVERLOAD) this.lower(this.limit / 2, this.limit * DOUBLED_UP_TO);
    }
  }

  private lower(limit: number, doubledUpTo: number): void {
    this.limit = Math.max(1, limit);
    this.doubledUpTo = doubledUpTo;
    this.trial = undefined;
    this.startRound();
    this.firstRound = this.round;
    if (this.hasFallen || this.limit > this.placesMax / 4) return;
    this.hasFallen = true;
    this.options.onTurn?.('fell', this.places);
  }

  private startRound(): void {
    this.round += 1;
    this.latenciesMs = [];
    this.failedInRound = 0;
    this.wasFull = false;
  }

  private endRound(latencyMs: number): void {
    if (this.trial !== undefined) this.endTrial(latencyMs, this.trial);
    this.baseMs = Math.min(this.baseMs, latencyMs);
    const isSlow = this.isBeyond(SLOW, latencyMs);
    this.slowRounds = isSlow ? this.slowRounds + 1 : 0;
    if (isSlow && this.doubledUpTo === Infinity) this.doubledUpTo = this.limit;
    // Of places that were not taken fewer would change nothing, and more are not needed.
    if (this.wasFull) {
      if (!isSlow) this.raise();
      else if (this.isBeyond(TOO_SLOW, latencyMs) || this.slowRounds >= SLOW_ROUNDS_MAX)
        this.startTrial(latencyMs);
    }
    this.startRound();
  }

  private isBeyond({ factor, offsetMs }: typeof SLOW | typeof TOO_SLOW, latencyMs: number): boolean {
    return latencyMs > this.baseMs * factor + offsetMs;
  }

  private raise(): void {
    const doubled = Math.min(this.limit * 2, this.doubledUpTo);
    this.limit = Math.min(
      this.placesMax,
      Math.max(doubled, this.limit + Math.max(1, this.limit * RAISED_BY)),
    );
    if (!this.hasFallen || this.limit < this.placesMax / 2) return;
    this.hasFallen = false;
    this.options.onTurn?.('recovered', this.places);
  }

  private startTrial(latencyMs: number): void {
    this.slowRounds = 0;
    const { places } = this;
    // A single call is not slow because of others of ours.
    if (places === 1) this.baseMs = latencyMs;
    else {
      this.trial = { places, latencyMs };
      this.limit = Math.floor(places * LEFT_IN_TRIAL);
    }
  }

  /** Where calls of ours wait for each other, latency falls in proportion to their number: half of that is enough. */
  private endTrial(latencyMs: number, { places, latencyMs: before }: NonNullable<typeof this.trial>): void {
    this.trial = undefined;
    const isOurDoing = latencyMs <= (before * (1 + this.places / places)) / 2;
    if (isOurDoing) return;
    this.baseMs = latencyMs;
    this.limit = places;
  }
}
