import { IdIndex, isUinOrVid } from '../population/id-index.js';

/** How often each id was looked up; UINs and VIDs in an {@link IdIndex}, as there may be millions. */
export class LookUps {
  readonly #ofNumbers = new IdIndex();
  readonly #ofHandles = new Map<string, number>();

  /** Different ids. */
  get size(): number {
    return this.#ofNumbers.size + this.#ofHandles.size;
  }

  of(individualId: string): number {
    const counts = isUinOrVid(individualId) ? this.#ofNumbers : this.#ofHandles;
    return counts.get(individualId) ?? 0;
  }

  /** @returns how often it was looked up before */
  add(individualId: string): number {
    const before = this.of(individualId);
    const counts = isUinOrVid(individualId) ? this.#ofNumbers : this.#ofHandles;
    counts.set(individualId, before + 1);
    return before;
  }
}
