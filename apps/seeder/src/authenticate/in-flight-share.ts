/**
 * This seeder's share of the places of all seeders. It counts only for as long as the others count this seeder among the
 * living: then they take its places.
 */
export class InFlightShare {
  private usable: number;
  private trustedUntilMs = Infinity;
  private readonly listeners: (() => void)[] = [];

  /** @param placesMaxAll the most calls in flight of all seeders together, if there is such a maximum */
  constructor(readonly placesMaxAll: number | undefined) {
    this.usable = placesMaxAll === undefined ? Infinity : 0;
  }

  /** Infinity where there is no maximum. */
  get places(): number {
    return performance.now() < this.trustedUntilMs ? this.usable : 0;
  }

  /** Told after each change. */
  follow(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** @param trustedUntilMs in milliseconds of `performance.now()` */
  set(places: number, trustedUntilMs: number): void {
    this.usable = places;
    this.trustedUntilMs = trustedUntilMs;
    for (const listener of this.listeners) listener();
  }
}
