import type { InFlightLimit } from './in-flight-limit.js';
import { type Claim, Turns } from './turns.js';

/** A place for one call in flight. Given back once, when the call's outcome is durably stored. */
export type Place = () => void;

/**
 * The places for calls in flight of one process: as many as its limit has, and no more than its share of those of all
 * seeders. A free one goes to whoever has the turn, see {@link Turns}. While it is paused, none is given.
 */
export class CallGate {
  private readonly waiting = new Turns<(place: Place) => void>();
  private taken = 0;
  private isPaused = false;

  constructor(
    private readonly limit: Pick<InFlightLimit, 'places' | 'noteFull'>,
    private readonly share: { readonly places: number },
  ) {}

  get inFlight(): number {
    return this.taken;
  }

  /** A place, as soon as there is one; undefined when the signal was aborted before. */
  async enter(claim: Claim, signal: AbortSignal): Promise<Place | undefined> {
    if (signal.aborted) return undefined;
    const { promise, resolve } = Promise.withResolvers<Place | undefined>();
    const giveUp = (): void => {
      if (this.waiting.remove(claim, resolve)) resolve(undefined);
    };
    this.waiting.add(claim, resolve);
    signal.addEventListener('abort', giveUp);
    this.admit();
    if (!this.waiting.isEmpty && this.taken >= this.limit.places) this.limit.noteFull();
    const place = await promise;
    signal.removeEventListener('abort', giveUp);
    return place;
  }

  /** From here on whoever waits for a place waits on. */
  pause(): void {
    this.isPaused = true;
  }

  goOn(): void {
    this.isPaused = false;
    this.admit();
  }

  /** Lets in whoever waits, as far as there are places: to be called when the share has grown. */
  admit(): void {
    const places = Math.min(this.limit.places, this.share.places);
    while (!this.isPaused && this.taken < places) {
      const go = this.waiting.next();
      if (go === undefined) return;
      this.taken += 1;
      go(this.place());
    }
  }

  private place(): Place {
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.taken -= 1;
      this.admit();
    };
  }
}
