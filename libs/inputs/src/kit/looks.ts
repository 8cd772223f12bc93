/** Far above any form: 50 entries of 50 steps for the name and as many for the address take about half of it. */
export const LOOKS_MAX = 10_000;
/** Reading so many costs about as much as finding some values. In UTF-16 code units. */
const CHARACTERS_PER_LOOK = 256;
export const CHARACTERS_MAX = LOOKS_MAX * CHARACTERS_PER_LOOK;

/**
 * How much of one record may be looked at for all its fields together. It bounds what a record costs whoever maps it, be
 * the mapping and the record as they may.
 */
export class Looks {
  private left = LOOKS_MAX;

  /** More was wanted than there was; it stays so. */
  get areUsedUp(): boolean {
    return this.left < 0;
  }

  /** @returns false when nothing may be looked at any more */
  take(values = 1): boolean {
    if (this.left >= 0) this.left -= values;
    return this.left >= 0;
  }

  /** As {@link take}, for reading a text from one end to the other. */
  takeText(text: string): boolean {
    return this.take(text.length / CHARACTERS_PER_LOOK);
  }

  /** For values that cost as much to be listed as to be looked at; none of them when they are too many. */
  takeAll<T>(values: readonly T[]): readonly T[] {
    return this.take(values.length) ? values : [];
  }
}
