const UIN_OR_VID = /^\d{1,16}$/;
const INITIAL_CAPACITY = 1024;
/** Open addressing slows down when it is fuller than about two thirds. */
const HIGHEST_LOAD = 0.6;
const LOW_DIGITS = 8;
const LOW_RANGE = 10 ** LOW_DIGITS;

/** Whether an {@link IdIndex} can hold it; a handle is no such id. */
export function isUinOrVid(id: string): boolean {
  return UIN_OR_VID.test(id);
}

/**
 * A number for each id: an open-addressing hash table in typed arrays, 12 bytes a slot, because a `Map` of two million
 * ids takes several hundred megabytes. Ids are UINs and VIDs, so 1 to 16 digits; numbers are whole, 0 to 2^32 - 2.
 */
export class IdIndex {
  #high = new Uint32Array(INITIAL_CAPACITY);
  #low = new Uint32Array(INITIAL_CAPACITY);
  /** The number + 1; 0 marks a free slot. */
  #entry = new Uint32Array(INITIAL_CAPACITY);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Keeps its memory, for as many ids are to be expected again. */
  clear(): void {
    this.#entry.fill(0);
    this.#size = 0;
  }

  /** @returns false if the id is there already: its number stays */
  add(id: string, number: number): boolean {
    if (this.get(id) !== undefined) return false;
    this.set(id, number);
    return true;
  }

  /** @throws RangeError if the id is not made of 1 to 16 digits */
  set(id: string, number: number): void {
    if (!isUinOrVid(id)) throw new RangeError('the id is not made of 1 to 16 digits');
    if (this.#size >= this.#entry.length * HIGHEST_LOAD) this.#grow();
    const [high, low] = split(id);
    const slot = this.#slotOf(high, low);
    if (this.#entry[slot] === 0) this.#size += 1;
    this.#put(slot, high, low, number + 1);
  }

  get(id: string): number | undefined {
    if (!isUinOrVid(id)) return undefined;
    const [high, low] = split(id);
    const entry = this.#entry[this.#slotOf(high, low)] ?? 0;
    return entry === 0 ? undefined : entry - 1;
  }

  /** The slot that holds the key, or the free one where it belongs. */
  #slotOf(high: number, low: number): number {
    const mask = this.#entry.length - 1;
    let slot = hash(high, low) & mask;
    while (this.#entry[slot] !== 0 && !(this.#high[slot] === high && this.#low[slot] === low)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #put(slot: number, high: number, low: number, entry: number): void {
    this.#high[slot] = high;
    this.#low[slot] = low;
    this.#entry[slot] = entry;
  }

  #grow(): void {
    const [highs, lows, entries] = [this.#high, this.#low, this.#entry];
    this.#high = new Uint32Array(highs.length * 2);
    this.#low = new Uint32Array(highs.length * 2);
    this.#entry = new Uint32Array(highs.length * 2);
    entries.forEach((entry, slot) => {
      if (entry === 0) return;
      const [high = 0, low = 0] = [highs[slot], lows[slot]];
      this.#put(this.#slotOf(high, low), high, low, entry);
    });
  }
}

/** Up to 16 digits as two 32-bit numbers; the length is part of the key, as leading zeros count. */
function split(id: string): readonly [high: number, low: number] {
  return [Number(id.slice(0, -LOW_DIGITS)) + id.length * LOW_RANGE, Number(id.slice(-LOW_DIGITS))];
}

/** Knuth's multiplicative hashing, and the finalizer of MurmurHash3 to spread it over the low bits. */
function hash(high: number, low: number): number {
  let mixed = Math.imul(high, 0x9e3779b1) ^ low;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
