/** So many records of one request that fail for a reason of their own hold the request. */
const RECORDS_TO_HOLD = 3;
/** So many times one record is tried before it is all that is wrong with its request. */
const TRIES_TO_HOLD = 3;
/** Far above the records of a range (500), which are all that is tried again and again at the end of a request. */
const RECORDS_REMEMBERED_MAX = 10_000;

/** What the records of a request that could not be asked about mean for it: see {@link SetAsideCounts.note}. */
export type SetAsideReach = 'record' | 'last record' | 'request';

/**
 * Counts the records, by request, that got no usable answer while a preflight succeeds. Where they are too many, the request
 * that was noted longest ago is forgotten, and begins anew: most have ended by then.
 */
export class SetAsideCounts {
  /** The one noted last is the last. */
  private readonly tries = new Map<string, Map<number, number>>();
  private remembered = 0;

  constructor(
    private readonly recordsToHold = RECORDS_TO_HOLD,
    private readonly rememberedMax = RECORDS_REMEMBERED_MAX,
  ) {}

  /**
   * - `record`: it is this one, and others go on.
   * - `last record`: it has been tried often enough. It is all that is wrong with the request, as far as is known, so the
   *   request is held by it once nothing else of it has work.
   * - `request`: several records have it, so it is the request.
   */
  note(requestId: string, line: number): SetAsideReach {
    const ofRequest = this.tries.get(requestId) ?? new Map<number, number>();
    const count = (ofRequest.get(line) ?? 0) + 1;
    this.forget(requestId);
    this.tries.set(requestId, ofRequest.set(line, count));
    this.remembered += ofRequest.size;
    this.forgetOldest();
    if (ofRequest.size >= this.recordsToHold) return 'request';
    return count >= TRIES_TO_HOLD ? 'last record' : 'record';
  }

  /** Of a request that is held now: from here on it begins anew. */
  forget(requestId: string): void {
    this.remembered -= this.tries.get(requestId)?.size ?? 0;
    this.tries.delete(requestId);
  }

  private forgetOldest(): void {
    for (const requestId of this.tries.keys()) {
      if (this.remembered <= this.rememberedMax) return;
      this.forget(requestId);
    }
  }
}
