/** Whether somebody waits for the answer, or it is for a list. */
export type Urgency = 'awaited' | 'listed';

/** Whose turn it is: first whoever is awaited, then first come, first served. */
export class Turns<T> {
  private readonly awaited = new Set<T>();
  private readonly listed = new Set<T>();

  get size(): number {
    return this.awaited.size + this.listed.size;
  }

  add(urgency: Urgency, one: T): void {
    this[urgency].add(one);
  }

  /** Removes one that waits no longer. */
  remove(one: T): void {
    this.awaited.delete(one);
    this.listed.delete(one);
  }

  /** Takes the next one out; undefined when nobody waits. */
  next(): T | undefined {
    for (const one of [this.awaited, this.listed]) {
      for (const first of one) {
        one.delete(first);
        return first;
      }
    }
    return undefined;
  }

  /** Takes all out. */
  all(): readonly T[] {
    const all = [...this.awaited, ...this.listed];
    this.awaited.clear();
    this.listed.clear();
    return all;
  }
}
