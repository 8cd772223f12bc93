import type { InFlightLimit } from './in-flight-limit.js';
import type { RateCap } from './rate-cap.js';
import { type Claim, Turns } from './turns.js';

/** A place for one call in flight, which may go now. */
export interface Place {
  /** Until when it may be sent, in milliseconds of `performance.now()`: later it would be one too many for the rate cap. */
  readonly sentUntilMs: number;
  /** Gives the place back; when the call's outcome is durably stored. */
  leave(): void;
}

interface Waiting {
  readonly go: (place: Place | undefined) => void;
  readonly fail: (error: unknown) => void;
}

/** Where there is no rate cap. */
const UNCAPPED: Pick<RateCap, 'take' | 'follow'> = { take: () => Infinity, follow: () => undefined };

/**
 * The places for calls in flight of one process: as many as its limit has, and no more than its share of those of all
 * seeders. While it is paused, none is given.
 *
 * Whoever gets one may call at once: it is given when a place is free **and** the moment of a call has come, see
 * {@link RateCap}, to whoever has the turn then, see {@link Turns}. Nobody holds one of both and waits for the other, which
 * somebody else could use.
 */
export class CallGate {
  private readonly waiting = new Turns<Waiting>();
  private taken = 0;
  private isPaused = false;

  constructor(
    private readonly limit: Pick<InFlightLimit, 'places' | 'noteFull'>,
    private readonly share: { readonly places: number },
    private readonly cap: Pick<RateCap, 'take' | 'follow'> = UNCAPPED,
  ) {
    cap.follow({ due: () => this.admit(), failed: (error) => this.fail(error) });
  }

  /** As many calls as may be in flight now. */
  get places(): number {
    return Math.min(this.limit.places, this.share.places);
  }

  get inFlight(): number {
    return this.taken;
  }

  /** A place, as soon as a call may go; undefined when the signal was aborted before. @throws when the cap can never be read */
  async enter(claim: Claim, signal: AbortSignal): Promise<Place | undefined> {
    if (signal.aborted) return undefined;
    const { promise, resolve: go, reject: fail } = Promise.withResolvers<Place | undefined>();
    const one: Waiting = { go, fail };
    const giveUp = (): void => {
      if (this.waiting.remove(claim, one)) go(undefined);
    };
    this.waiting.add(claim, one);
    signal.addEventListener('abort', giveUp);
    this.admit();
    if (!this.waiting.isEmpty && this.taken >= this.limit.places) this.limit.noteFull();
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  /** From here on whoever waits for a place waits on. */
  pause(): void {
    this.isPaused = true;
  }

  goOn(): void {
    this.isPaused = false;
    this.admit();
  }

  /** Lets in whoever waits, as far as calls may go: to be called when the share has grown. */
  admit(): void {
    const { places } = this;
    while (!this.isPaused && this.taken < places && !this.waiting.isEmpty) {
      const sentUntilMs = this.cap.take();
      if (sentUntilMs === undefined) return;
      this.taken += 1;
      this.waiting.next()?.go(this.place(sentUntilMs));
    }
  }

  private fail(error: unknown): void {
    for (const { fail } of this.waiting.all()) fail(error);
  }

  private place(sentUntilMs: number): Place {
    let isTaken = true;
    const leave = (): void => {
      if (!isTaken) return;
      isTaken = false;
      this.taken -= 1;
      this.admit();
    };
    return { sentUntilMs, leave };
  }
}
