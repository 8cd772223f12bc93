import { Turns, type Urgency } from './turns.js';

/** A place for one call in flight. Given back once, when the call's outcome is durably stored. */
export type Place = () => void;

/**
 * The places for calls in flight of one process. A free one goes to whoever a caller waits for, then first come, first
 * served; since every range waits for one place at a time, ranges take turns, and a small list is not stuck behind a long
 * one.
 */
export class CallGate {
  private readonly waiting = new Turns<() => void>();
  private taken = 0;

  constructor(readonly placesMax: number) {}

  get inFlight(): number {
    return this.taken;
  }

  async enter(urgency: Urgency): Promise<Place> {
    if (this.taken < this.placesMax) this.taken += 1;
    else await new Promise<void>((resolve) => this.waiting.add(urgency, resolve));
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.leave();
    };
  }

  private leave(): void {
    const next = this.waiting.next();
    // The place goes over to who waits, so it stays taken.
    if (next === undefined) this.taken -= 1;
    else next();
  }
}
