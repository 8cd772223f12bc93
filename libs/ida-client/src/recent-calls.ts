/** Far more than can be on their way at once. */
const REMEMBERED_CALLS = 4096;

/** The transactions of the calls that were made last. */
export class RecentCalls {
  readonly #ids = new Set<string>();

  add(transactionId: string): void {
    this.#ids.add(transactionId);
    if (this.#ids.size <= REMEMBERED_CALLS) return;
    const [oldest = ''] = this.#ids;
    this.#ids.delete(oldest);
  }

  has(transactionId: string): boolean {
    return this.#ids.has(transactionId);
  }
}
